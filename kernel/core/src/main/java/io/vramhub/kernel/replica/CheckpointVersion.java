package io.vramhub.kernel.replica;

import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.kernel.DurableFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import reactor.core.scheduler.Scheduler;

/**
 * One checkpoint in memory and on disk. Whoever uses it borrows it; once it is given up, the last
 * borrower's return frees the memory and, unless the node is stopping, deletes the file.
 */
final class CheckpointVersion {
  private final StoredCheckpoint stored;
  private final Arena arena;
  private final Checkpoint lent;
  private int borrowers;
  private boolean givenUp;
  private boolean fileIsKept = true;

  CheckpointVersion(
      StoredCheckpoint stored,
      ModelSpec model,
      Arena arena,
      MemorySegment parameters,
      Scheduler blocking) {
    this.stored = stored;
    this.arena = arena;
    lent =
        new Checkpoint(
            stored.ref(),
            model,
            parameters.asReadOnly(),
            stored.source(blocking),
            BlobSource.of(stored.tree().toBytes()));
  }

  CheckpointRef ref() {
    return stored.ref();
  }

  StoredCheckpoint stored() {
    return stored;
  }

  Checkpoint lent() {
    return lent;
  }

  /** Borrows it; false if it was given up. */
  synchronized boolean borrow() {
    if (givenUp) {
      return false;
    }
    borrowers++;
    return true;
  }

  synchronized void giveBack() {
    borrowers--;
    freeIfUnused();
  }

  /** Takes it out of use because newer ones have replaced it. */
  synchronized void replace() {
    fileIsKept = false;
    giveUp();
  }

  /** Takes it out of use because the node stops; the file stays for the next start. */
  synchronized void giveUp() {
    if (!givenUp) {
      givenUp = true;
      freeIfUnused();
    }
  }

  private void freeIfUnused() {
    if (givenUp && borrowers == 0) {
      arena.close();
      if (!fileIsKept) {
        DurableFiles.delete(stored.file());
      }
    }
  }
}
