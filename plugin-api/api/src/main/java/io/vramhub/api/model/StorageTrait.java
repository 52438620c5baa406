package io.vramhub.api.model;

/**
 * What not every storage can do. A backend has all traits unless it says otherwise; a call for one
 * it lacks signals {@code NOT_SUPPORTED}.
 */
public enum StorageTrait {
  /** Objects can be listed by key. */
  LIST,
  /** Objects can be deleted by key. */
  DELETE
}
