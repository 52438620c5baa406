package io.vramhub.api.model;

/**
 * In what storages differ. A backend can list and delete unless it says otherwise; a call for what
 * it cannot do signals {@code NOT_SUPPORTED}.
 */
public enum StorageTrait {
  /** Objects can be listed by key. */
  LIST,
  /** Objects can be deleted by key. */
  DELETE,
  /**
   * Objects are named by their content: {@code put} answers the object's own name, which is the
   * same on every node, while the key it was given is known to this node alone.
   */
  CONTENT_ADDRESSED,
  /** Each node writes to storage of its own, and peers read there with a credential. */
  PEER
}
