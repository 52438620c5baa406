package io.vramhub.framework.djl;

import io.vramhub.api.model.ModelSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The source of the TorchScript module that trains a {@link ModelSpec}: forward pass, gradients,
 * clipping by the global norm and AdamW, over flat parameter and moment tensors.
 *
 * <p>Matrices that lie side by side in the flat layout and read the same input are one leaf: query,
 * key and value, and gate and up. That needs no copy, saves products, and leaves every parameter's
 * gradient what it is.
 *
 * <p>The text is straight-line code in the dialect PyTorch itself writes into its archives. The
 * model follows Hugging Face's Llama; the optimizer follows {@code torch.optim.AdamW} and {@code
 * torch.nn.utils.clip_grad_norm_}.
 */
final class DecoderScript {
  /** Positions in the vector of 64-bit floats that each step is given. */
  static final int LEARNING_RATE = 0;

  static final int BETA_1 = 1;
  static final int BETA_2 = 2;
  static final int EPSILON = 3;
  static final int WEIGHT_DECAY = 4;
  static final int CLIP_NORM = 5;
  static final int STEP_NUMBER = 6;
  static final int STEP_SCALARS = 7;

  /** What {@code clip_grad_norm_} adds to the norm before it divides. */
  private static final String CLIP_EPSILON = "1e-06";

  private static final int INT64 = 4;
  private static final int FLOAT32 = 6;

  private final ModelSpec model;
  private final List<Leaf> leaves;

  private DecoderScript(ModelSpec model) {
    this.model = model;
    this.leaves = leaves(model);
  }

  /** One tensor that gradients are taken of: a range of the flat parameters and its shape. */
  private record Leaf(long offset, List<Integer> shape) {
    long elements() {
      return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    Leaf at(long newOffset) {
      return new Leaf(newOffset, shape);
    }
  }

  /**
   * The module's source. Methods: {@code step(tokens, cosines, sines, [parameters, firstMoments,
   * secondMoments], scalars)} gives the loss and the gradient's norm first, and changes nothing
   * when either is not finite; {@code loss(tokens, cosines, sines, parameters)} gives the mean
   * loss.
   */
  static String of(ModelSpec model) {
    DecoderScript script = new DecoderScript(model);
    return String.join(
        "\n",
        "class " + TorchScriptArchive.MODULE + "(Module):",
        "  __parameters__ = []",
        "  __buffers__ = []",
        "  training : bool",
        script.forward(),
        script.loss(),
        script.step());
  }

  /** In flat order; they cover the flat parameters without a gap. */
  private static List<Leaf> leaves(ModelSpec model) {
    int width = model.width();
    int heads = model.heads() + 2 * model.keyValueHeads();
    List<Leaf> shapes = new ArrayList<>();
    shapes.add(leaf(model.vocabulary(), width));
    for (int layer = 0; layer < model.layers(); layer++) {
      shapes.add(leaf(width));
      shapes.add(leaf(heads * model.headSize(), width));
      shapes.add(leaf(width, width));
      shapes.add(leaf(width));
      shapes.add(leaf(2 * model.feedForward(), width));
      shapes.add(leaf(width, model.feedForward()));
    }
    shapes.add(leaf(width));
    if (!model.tiedHead()) {
      shapes.add(leaf(model.vocabulary(), width));
    }
    List<Leaf> placed = new ArrayList<>();
    long offset = 0;
    for (Leaf leaf : shapes) {
      placed.add(leaf.at(offset));
      offset += leaf.elements();
    }
    return List.copyOf(placed);
  }

  private static Leaf leaf(Integer... shape) {
    return new Leaf(0, List.of(shape));
  }

  private String forward() {
    Lines lines = new Lines();
    lines.add(
        "  def forward(self: __torch__.%s, tokens: Tensor, cosines: Tensor, sines: Tensor, w:"
            + " List[Tensor]) -> Tensor:",
        TorchScriptArchive.MODULE);
    lines.add("    ids = torch.to(tokens, %d)", INT64);
    lines.add("    rows = torch.size(ids, 0)");
    lines.add("    length = torch.sub(torch.size(ids, 1), 1)");
    lines.add("    inputs = torch.narrow(ids, 1, 0, length)");
    lines.add("    targets = torch.reshape(torch.narrow(ids, 1, 1, length), [-1])");
    lines.add("    cosine = torch.narrow(cosines, 0, 0, length)");
    lines.add("    sine = torch.narrow(sines, 0, 0, length)");
    lines.add("    x = torch.embedding(w[0], inputs)");
    int next = 1;
    for (int layer = 0; layer < model.layers(); layer++) {
      attention(lines, next);
      feedForward(lines, next + 3);
      next += 6;
    }
    normalize(lines, next);
    lines.add("    logits = torch.linear(h, w[%d])", model.tiedHead() ? 0 : next + 1);
    lines.add("    scores = torch.reshape(logits, [-1, %d])", model.vocabulary());
    lines.add("    return torch.cross_entropy_loss(scores, targets, None, 1, -100, 0.)");
    return lines.text();
  }

  private void normalize(Lines lines, int leaf) {
    String epsilon = BigDecimal.valueOf(model.normEpsilonNanos(), 9).toPlainString();
    lines.add("    h = torch.rms_norm(x, [%d], w[%d], %s)", model.width(), leaf, epsilon);
  }

  private void attention(Lines lines, int leaf) {
    int size = model.headSize();
    int queries = model.heads();
    int keys = model.keyValueHeads();
    normalize(lines, leaf);
    lines.add("    qkv = torch.linear(h, w[%d])", leaf + 1);
    lines.add(
        "    split = torch.transpose(torch.view(qkv, [rows, length, %d, %d]), 1, 2)",
        queries + 2 * keys, size);
    // Rotate-half over queries and keys at once: halves (a, b) become (a cos - b sin, b cos + a
    // sin).
    lines.add(
        "    a = torch.narrow(torch.narrow(split, 1, 0, %d), 3, 0, %d)", queries + keys, size / 2);
    lines.add(
        "    b = torch.narrow(torch.narrow(split, 1, 0, %d), 3, %d, %d)",
        queries + keys, size / 2, size / 2);
    lines.add("    left = torch.sub(torch.mul(a, cosine), torch.mul(b, sine))");
    lines.add("    right = torch.add(torch.mul(b, cosine), torch.mul(a, sine))");
    lines.add("    rotated = torch.cat([left, right], 3)");
    lines.add("    q = torch.narrow(rotated, 1, 0, %d)", queries);
    lines.add("    k = %s", shared("torch.narrow(rotated, 1, %d, %d)", queries));
    lines.add("    v = %s", shared("torch.narrow(split, 1, %d, %d)", queries + keys));
    lines.add("    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True)");
    lines.add(
        "    joined = torch.reshape(torch.transpose(mixed, 1, 2), [rows, length, %d])",
        model.width());
    lines.add("    x = torch.add(x, torch.linear(joined, w[%d]))", leaf + 2);
  }

  /** The key or value heads from the given head on, each repeated for its group of query heads. */
  private String shared(String narrow, int from) {
    int keys = model.keyValueHeads();
    int group = model.heads() / keys;
    String heads = Lines.format(narrow, from, keys);
    return group == 1 ? heads : Lines.format("torch.repeat_interleave(%s, %d, 1)", heads, group);
  }

  private void feedForward(Lines lines, int leaf) {
    int inner = model.feedForward();
    normalize(lines, leaf);
    lines.add("    both = torch.linear(h, w[%d])", leaf + 1);
    lines.add("    gate = torch.silu(torch.narrow(both, 2, 0, %d))", inner);
    lines.add("    up = torch.narrow(both, 2, %d, %d)", inner, inner);
    lines.add("    x = torch.add(x, torch.linear(torch.mul(gate, up), w[%d]))", leaf + 2);
  }

  private String loss() {
    Lines lines = new Lines();
    lines.add(
        "  def loss(self: __torch__.%s, tokens: Tensor, cosines: Tensor, sines: Tensor, parameters:"
            + " Tensor) -> Tensor:",
        TorchScriptArchive.MODULE);
    lines.add("    w = %s", list(this::view));
    lines.add("    return (self).forward(tokens, cosines, sines, w)");
    return lines.text();
  }

  private String step() {
    Lines lines = new Lines();
    lines.add(
        "  def step(self: __torch__.%s, tokens: Tensor, cosines: Tensor, sines: Tensor, state:"
            + " List[Tensor], scalars: Tensor) -> Tensor:",
        TorchScriptArchive.MODULE);
    lines.add("    parameters = state[0]");
    lines.add("    firstMoments = state[1]");
    lines.add("    secondMoments = state[2]");
    for (int i = 0; i < leaves.size(); i++) {
      lines.add("    w%d = torch.requires_grad_(torch.detach(%s), True)", i, view("parameters", i));
    }
    lines.add("    w = %s", list((tensor, i) -> "w" + i));
    lines.add("    loss = (self).forward(tokens, cosines, sines, w)");
    lines.add("    optional = torch.grad([loss], w)");
    lines.add(
        "    gradients = %s", list((tensor, i) -> "unchecked_cast(Tensor, optional[" + i + "])"));
    lines.add("    norm = torch.norm(torch.stack(torch._foreach_norm(gradients, 2)), 2)");
    lines.add("    result = torch.stack([torch.detach(loss), norm])");
    lines.add("    if bool(torch.all(torch.isfinite(result))):");
    lines.add(
        "      factor = torch.clamp(torch.mul(torch.reciprocal(torch.add(norm, %s)), %s), None,"
            + " 1.)",
        CLIP_EPSILON, scalar(CLIP_NORM));
    lines.add("      torch._foreach_mul_(gradients, factor)");
    lines.add("      number = torch.to(torch.select(scalars, 0, %d), %d)", STEP_NUMBER, FLOAT32);
    lines.add("      data = %s", list((tensor, i) -> "torch.detach(w" + i + ")"));
    lines.add("      first = %s", list((tensor, i) -> view("firstMoments", i)));
    lines.add("      second = %s", list((tensor, i) -> view("secondMoments", i)));
    lines.add("      numbers = %s", list((tensor, i) -> "number"));
    lines.add(
        "      torch._fused_adamw_(data, gradients, first, second, annotate(List[Tensor], []),"
            + " numbers, lr=%s, beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False,"
            + " maximize=False)",
        scalar(LEARNING_RATE),
        scalar(BETA_1),
        scalar(BETA_2),
        scalar(WEIGHT_DECAY),
        scalar(EPSILON));
    // Reading an updated tensor keeps the dead-code pass of TorchScript from dropping the update.
    lines.add("      moved = torch.select(data[%d], 0, 0)", leaves.size() - 1);
    lines.add("      taken = torch.stack([torch.detach(loss), norm, torch.mean(moved)])");
    lines.add("    else:");
    lines.add("      taken = result");
    lines.add("    return taken");
    return lines.text();
  }

  private static String scalar(int position) {
    return Lines.format("torch.FloatImplicit(torch.select(scalars, 0, %d))", position);
  }

  private String view(String flat, int index) {
    Leaf leaf = leaves.get(index);
    return Lines.format(
        "torch.view(torch.narrow(%s, 0, %d, %d), %s)",
        flat, leaf.offset(), leaf.elements(), leaf.shape());
  }

  private String list(Element element) {
    return IntStream.range(0, leaves.size())
        .mapToObj(i -> element.at("parameters", i))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private interface Element {
    String at(String flat, int index);
  }
}
