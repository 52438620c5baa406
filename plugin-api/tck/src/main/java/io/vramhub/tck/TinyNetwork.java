package io.vramhub.tck;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.data.PageTree;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A network of a small model and 64 pages, with everything an honest host would hand over. */
public final class TinyNetwork {
  public static final int WINDOW = 5;

  /** What miner 1's gradient gains on the held-out pages, in nano-nats: a golden number. */
  static final long HELDOUT_GAIN = -575_960;

  /** And on the pages assigned to it. */
  static final long ASSIGNED_GAIN = -1_723_998;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int PAGES = 64;
  private static final int PAGE_BYTES = 32;

  private final byte[][] pages = new byte[PAGES][PAGE_BYTES];
  private final PageTree tree;
  private final NetworkParameters parameters;
  private final MemorySegment base =
      Arena.ofAuto().allocate(EvaluationRequests.SPEC.parameters() * Float.BYTES);

  public TinyNetwork() {
    Random random = new Random(1);
    for (byte[] page : pages) {
      for (int token = 0; token < PAGE_BYTES; token += 2) {
        page[token] = (byte) random.nextInt(EvaluationRequests.SPEC.vocabulary());
      }
    }
    tree = PageTree.build(PAGES, page -> pages[(int) page]);
    parameters = EvaluationRequests.parameters(tree.root(), StrictEvaluator.NAME);
    InitialParameters.draw(EvaluationRequests.SPEC, Digest.sha256(new byte[] {9}), base);
  }

  public NetworkParameters parameters() {
    return parameters;
  }

  /** The model that window {@link #WINDOW} starts from; its segment may be changed. */
  public MemorySegment base() {
    return base;
  }

  /** The root of any file. */
  public static Digest root(byte[] file) {
    CheckpointTree.Builder tree = new CheckpointTree.Builder();
    tree.write(ByteBuffer.wrap(file));
    return tree.build().root();
  }

  /** The checkpoint file of the base. */
  public byte[] checkpoint() {
    return checkpoint(base);
  }

  /** A checkpoint file of other parameters. */
  public byte[] checkpoint(MemorySegment model) {
    return CheckpointFile.toBytes(
        new CheckpointMetadata(
            new WindowId(WINDOW),
            Digest.ZERO,
            ModelSchema.hash(EvaluationRequests.SPEC),
            EvaluationRequests.NETWORK),
        EvaluationRequests.SPEC,
        model);
  }

  /** The request of an honest host: miner 1 has a gradient stored, miner 2 has not. */
  public EvaluationRequest request(Digest baseRoot) {
    EvaluationRequest drawn =
        EvaluationRequests.of(1, WINDOW, baseRoot, parameters, List.of(), List.of());
    return EvaluationRequests.of(
        1,
        WINDOW,
        baseRoot,
        parameters,
        proven(
            PageAssignment.heldoutEvaluation(
                EvaluationRequests.NETWORK, parameters, drawn.evaluationSeed())),
        List.of(stored(drawn, 1, 0), missing(drawn, 2, 1)));
  }

  /** The request with other held-out pages. */
  public EvaluationRequest with(EvaluationRequest request, List<ProvenPage> heldout) {
    return EvaluationRequests.of(
        1, WINDOW, request.baseRoot(), request.parameters(), heldout, request.candidates());
  }

  /** The request under other parameters. */
  public EvaluationRequest with(EvaluationRequest request, NetworkParameters other) {
    return EvaluationRequests.of(
        1, WINDOW, request.baseRoot(), other, request.heldout(), request.candidates());
  }

  /** Pages with the paths that prove them. */
  public List<ProvenPage> proven(long[] drawn) {
    List<ProvenPage> proven = new ArrayList<>();
    for (long page : drawn) {
      proven.add(new ProvenPage(page, new Bytes(pages[(int) page]), tree.path(page)));
    }
    return proven;
  }

  private Candidate missing(EvaluationRequest request, int miner, int slot) {
    return new Candidate(
        new MinerUid(miner),
        slot,
        slot,
        Digest.sha256(new byte[] {(byte) miner}),
        Optional.empty(),
        Optional.empty(),
        assigned(request, slot));
  }

  private Candidate stored(EvaluationRequest request, int miner, int slot) {
    Credential dataKey =
        new Credential(EvaluationRequests.filled(PayloadEnvelope.KEY_BYTES, miner));
    byte[] stored = envelope(request, miner, slot, dataKey);
    return new Candidate(
        new MinerUid(miner),
        slot,
        slot,
        Digest.sha256(stored),
        Optional.of(new Bytes(stored)),
        Optional.of(dataKey),
        assigned(request, slot));
  }

  private byte[] envelope(EvaluationRequest request, int miner, int slot, Credential dataKey) {
    Random random = new Random(miner);
    MemorySegment residual = Arena.ofAuto().allocate(base.byteSize());
    for (long at = 0; at < residual.byteSize(); at += Float.BYTES) {
      residual.set(FLOAT, at, (float) random.nextGaussian() / 100);
    }
    NetworkParameters.Model model = parameters.model();
    PayloadHeader header =
        new PayloadHeader(
            request.network(),
            request.window(),
            new MinerUid(miner),
            request.baseRoot(),
            ModelSchema.hash(EvaluationRequests.SPEC),
            model.codec(),
            model.topk(),
            PageAssignment.digest(
                PageAssignment.assigned(
                    request.network(), parameters, request.assignmentSeed(), slot)));
    byte[] payload = GradientPayload.write(header, GradientCodec.of(model).encode(residual));
    byte[] nonce = new byte[PayloadEnvelope.NONCE_BYTES];
    Arrays.fill(nonce, (byte) miner);
    return PayloadEnvelope.seal(
        payload,
        new SealPolicy.Gradient(request.network(), request.window(), new MinerUid(miner)),
        dataKey,
        nonce,
        new SealedCredential(EvaluationRequests.filled(8, 1)));
  }

  private List<ProvenPage> assigned(EvaluationRequest request, int slot) {
    return proven(
        PageAssignment.assignedEvaluation(
            request.network(),
            parameters,
            request.assignmentSeed(),
            request.evaluationSeed(),
            slot));
  }
}
