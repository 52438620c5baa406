package io.vramhub.api.model;

import java.util.List;

/** One page of tokens with the Merkle path that ties it to the dataset's root, leaf to root. */
public record ProvenPage(long index, Bytes tokens, List<Digest> path) {
  public ProvenPage {
    path = List.copyOf(path);
  }
}
