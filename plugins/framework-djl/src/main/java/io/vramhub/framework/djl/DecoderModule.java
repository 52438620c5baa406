package io.vramhub.framework.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan.AdamW;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The native side of one session: the TorchScript module and the memory it works on. PyTorch's
 * tensors alias the segments here, so nothing is copied between Java and PyTorch.
 *
 * <p>Confined to one thread, because PyTorch's switches (threads, gradients, optimizer of the
 * interpreter) belong to the thread that sets them.
 */
final class DecoderModule implements AutoCloseable {
  /** For alignment of the widest vector loads. */
  private static final long ALIGNMENT = 64;

  private final ModelSpec model;
  private final Arena arena = Arena.ofShared();
  private final NDManager manager;
  private final PtSymbolBlock block;
  private final MemorySegment parameters;
  private final MemorySegment firstMoments;
  private final MemorySegment secondMoments;
  private final MemorySegment scalars;
  private final NDList stepArguments = new NDList();
  private final NDList lossArguments = new NDList();
  private MemorySegment tokens = MemorySegment.NULL;

  /** Parameters and moments start as zeros. */
  DecoderModule(ModelSpec model, int threads) {
    this.model = model;
    // The first question makes PyTorch apply its process-wide default to this thread, once; only
    // after it does the thread's own number stay.
    JniUtils.getNumThreads();
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(true);
    // The profiling executor of TorchScript costs time and memory and gains nothing here.
    JniUtils.setGraphExecutorOptimize(false);
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    block = load(manager, TorchScriptArchive.write(DecoderScript.of(model)));
    long bytes = Math.multiplyExact(model.parameters(), Float.BYTES);
    parameters = arena.allocate(bytes, ALIGNMENT);
    firstMoments = arena.allocate(bytes, ALIGNMENT);
    secondMoments = arena.allocate(bytes, ALIGNMENT);
    scalars = arena.allocate((long) DecoderScript.STEP_SCALARS * Double.BYTES, ALIGNMENT);
    int half = model.headSize() / 2;
    MemorySegment cosines = arena.allocate((long) model.context() * half * Float.BYTES, ALIGNMENT);
    MemorySegment sines = arena.allocate((long) model.context() * half * Float.BYTES, ALIGNMENT);
    fillRotations(cosines, sines);
    Shape rotations = new Shape(model.context(), half);
    Shape flat = new Shape(model.parameters());
    NDArray cosine = alias(manager, cosines, rotations, DataType.FLOAT32);
    NDArray sine = alias(manager, sines, rotations, DataType.FLOAT32);
    NDArray parameter = alias(manager, parameters, flat, DataType.FLOAT32);
    lossArguments.addAll(Arrays.asList(cosine, sine, parameter, method("loss")));
    stepArguments.addAll(
        Arrays.asList(
            cosine,
            sine,
            state(parameters, flat),
            state(firstMoments, flat),
            state(secondMoments, flat),
            alias(manager, scalars, new Shape(DecoderScript.STEP_SCALARS), DataType.FLOAT64),
            method("step")));
  }

  /** Loss of the batch before the step, and the norm of its gradient before clipping. */
  record StepResult(float loss, float gradientNorm) {
    /** Whether the step was taken; if not, nothing changed. */
    boolean finite() {
      return Float.isFinite(loss) && Float.isFinite(gradientNorm);
    }
  }

  MemorySegment parameters() {
    return parameters;
  }

  MemorySegment firstMoments() {
    return firstMoments;
  }

  MemorySegment secondMoments() {
    return secondMoments;
  }

  /** Forward, backward, clip and update in one native call. */
  StepResult step(TokenBatch batch, AdamW optimizer, long number) {
    setScalar(DecoderScript.LEARNING_RATE, optimizer.learningRate());
    setScalar(DecoderScript.BETA_1, optimizer.beta1());
    setScalar(DecoderScript.BETA_2, optimizer.beta2());
    setScalar(DecoderScript.EPSILON, optimizer.epsilon());
    setScalar(DecoderScript.WEIGHT_DECAY, optimizer.weightDecay());
    setScalar(DecoderScript.CLIP_NORM, optimizer.clipNorm());
    setScalar(DecoderScript.STEP_NUMBER, number);
    float[] result = call(stepArguments, batch, 0, batch.sequences(), true);
    return new StepResult(result[0], result[1]);
  }

  /** Mean loss over the given rows of the batch; changes nothing. */
  float loss(TokenBatch batch, int firstSequence, int sequences) {
    return call(lossArguments, batch, firstSequence, sequences, false)[0];
  }

  /** How many native tensors and scopes are held; constant between calls. */
  int nativeResources() {
    return manager.getManagedArrays().size();
  }

  private float[] call(
      NDList arguments, TokenBatch batch, int firstSequence, int sequences, boolean training) {
    int count = sequences * batch.length();
    if (tokens.byteSize() < (long) count * Integer.BYTES) {
      tokens = arena.allocate((long) count * Integer.BYTES, ALIGNMENT);
    }
    MemorySegment.copy(
        batch.tokens(), firstSequence * batch.length(), tokens, ValueLayout.JAVA_INT, 0, count);
    // Results belong to the manager of the first argument: the scope, so they go with it.
    try (NDManager scope = manager.newSubManager()) {
      Shape shape = new Shape(sequences, batch.length());
      NDList inputs = new NDList(arguments.size() + 1);
      inputs.add(alias(scope, tokens, shape, DataType.INT32));
      inputs.addAll(arguments);
      return IValueUtils.forward(block, inputs, training).get(0).toFloatArray();
    }
  }

  private void setScalar(int position, double value) {
    scalars.setAtIndex(ValueLayout.JAVA_DOUBLE, position, value);
  }

  /** An argument that carries no value: DJL reads the method's name from it. */
  private NDArray method(String name) {
    NDArray carrier = manager.zeros(new Shape(1));
    carrier.setName("module_method:" + name);
    return carrier;
  }

  /** An element of the list that the step updates in place: DJL reads the list from the name. */
  private NDArray state(MemorySegment segment, Shape shape) {
    NDArray element = alias(manager, segment, shape, DataType.FLOAT32);
    element.setName("state[]");
    return element;
  }

  private static NDArray alias(NDManager owner, MemorySegment segment, Shape shape, DataType type) {
    long bytes = shape.size() * type.getNumOfBytes();
    return owner.create(
        segment.asSlice(0, bytes).asByteBuffer().order(ByteOrder.nativeOrder()), shape, type);
  }

  private static PtSymbolBlock load(NDManager manager, byte[] archive) {
    try {
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  /** Angles {@code position / theta^(2i / headSize)}, in 64-bit floats until the last rounding. */
  private void fillRotations(MemorySegment cosines, MemorySegment sines) {
    int half = model.headSize() / 2;
    for (int position = 0; position < model.context(); position++) {
      for (int i = 0; i < half; i++) {
        double frequency = StrictMath.pow(model.ropeTheta(), -2.0 * i / model.headSize());
        double angle = position * frequency;
        long index = (long) position * half + i;
        cosines.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) StrictMath.cos(angle));
        sines.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) StrictMath.sin(angle));
      }
    }
  }

  @Override
  public void close() {
    manager.close();
    arena.close();
  }
}
