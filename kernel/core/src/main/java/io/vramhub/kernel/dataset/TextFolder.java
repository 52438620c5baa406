package io.vramhub.kernel.dataset;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The {@code .txt} files below a folder, in an order that depends on their names alone, and their
 * split into train and held-out.
 *
 * @param documents all of them, by relative path
 */
record TextFolder(Path folder, List<Document> documents) {
  private static final String SUFFIX = ".txt";
  private static final int HELDOUT_PERCENT = 5;

  /**
   * A file, or the part of one, that is read as one document.
   *
   * @param name path relative to the folder, with {@code /} between folders
   * @param fileLength bytes of the whole file when it was listed
   * @param from first byte that belongs to the document
   * @param to the byte after its last
   */
  record Document(Path file, String name, long fileLength, long from, long to) {
    long length() {
      return to - from;
    }

    private Digest rank() {
      return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What trains and what measures. */
  record Split(List<Document> train, List<Document> heldout) {}

  static TextFolder list(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw invalid(folder + " is not a folder", "Name the folder that holds the .txt files.");
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Document> documents = new ArrayList<>();
      for (Path file : files.filter(TextFolder::isText).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        long length = Files.size(file);
        documents.add(new Document(file, name, length, 0, length));
      }
      if (documents.isEmpty()) {
        throw invalid(
            "there is no .txt file below " + folder, "Name the folder that holds the text.");
      }
      documents.sort(Comparator.comparing(Document::name));
      return new TextFolder(folder, List.copyOf(documents));
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DATASET_INVALID, "the folder " + folder + " cannot be read: " + e, e);
    }
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && file.getFileName().toString().endsWith(SUFFIX);
  }

  long length() {
    return documents.stream().mapToLong(Document::length).sum();
  }

  /**
   * Holds out whole files, so that no text is on both sides: by the hash of their names, each that
   * still fits into 5 % of all bytes. Where that gives less than a page, because the files are few
   * and large, the end of the largest file is held out instead.
   *
   * @param pageTokens least bytes of either side
   */
  Split split(int pageTokens) {
    long budget = length() * HELDOUT_PERCENT / 100;
    List<Document> heldout = new ArrayList<>();
    long taken = 0;
    for (Document document :
        documents.stream().sorted(Comparator.comparing(Document::rank)).toList()) {
      if (taken + document.length() <= budget) {
        heldout.add(document);
        taken += document.length();
      }
    }
    if (taken < pageTokens) {
      return splitLargest(Math.max(budget, pageTokens), pageTokens);
    }
    heldout.sort(Comparator.comparing(Document::name));
    return new Split(without(heldout), heldout);
  }

  private Split splitLargest(long heldoutLength, int pageTokens) {
    Document largest =
        documents.stream()
            .max(Comparator.comparingLong(Document::length).thenComparing(Document::name))
            .orElseThrow();
    long cut = largest.to() - heldoutLength;
    if (cut < 0 || length() - heldoutLength < pageTokens) {
      throw invalid(
          folder + " holds too little text: " + length() + " bytes",
          "Add text: the least are two pages of "
              + pageTokens
              + " bytes, one of them in one file.");
    }
    List<Document> train = new ArrayList<>();
    for (Document document : documents) {
      train.add(document.equals(largest) ? part(largest, 0, cut) : document);
    }
    return new Split(List.copyOf(train), List.of(part(largest, cut, largest.to())));
  }

  private static Document part(Document whole, long from, long to) {
    return new Document(whole.file(), whole.name(), whole.fileLength(), from, to);
  }

  private List<Document> without(List<Document> heldout) {
    return documents.stream().filter(document -> !heldout.contains(document)).toList();
  }

  static HubException invalid(String what, String remedy) {
    return new HubException(
        ErrorCode.DATASET_INVALID, "the dataset cannot be prepared: " + what + ". " + remedy);
  }
}
