package io.vramhub.framework.djl;

import static java.util.Objects.requireNonNull;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.model.TrainingPlan.AdamW;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.checkpoint.Merge;
import io.vramhub.protocol.payload.EncodedGradient;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.SparseGradient;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * How fast a small network of honest miners learns: the codec, the merge and the first parameters
 * of the protocol, PyTorch for training and for the losses printed. No chain, no scoring.
 *
 * <p>Argument: a folder of text files. Settings are system properties; see {@link Settings}. Prints
 * one row per window: held-out loss in nats per byte before the window's training, its ratio to the
 * first, mean training loss, the gain of one miner's gradient alone at {@code eval}, payload bytes.
 */
final class ConvergenceTrial {
  private static final ModelSpec MODEL =
      new ModelSpec(256, 4, 128, 4, 4, 344, 128, 10_000, 10_000, true);

  private static final int PAGE = MODEL.context();
  private static final int HELDOUT_PAGES = 128;

  private ConvergenceTrial() {}

  /** What is tried; the defaults are the development network's. */
  private record Settings(
      int windows,
      int miners,
      int steps,
      int pages,
      int topk,
      double decay,
      double outer,
      double eval,
      float rate,
      float beta2,
      float weightDecay,
      int warmup,
      long seed) {
    static Settings read() {
      return new Settings(
          Integer.getInteger("windows", 20),
          Integer.getInteger("miners", 4),
          Integer.getInteger("steps", 20),
          Integer.getInteger("pages", 8),
          Integer.getInteger("topk", 32),
          number("decay", 0.95),
          number("outer", 1),
          number("eval", 1),
          (float) number("rate", 3e-3),
          (float) number("beta2", 0.95),
          (float) number("wd", 0.1),
          Integer.getInteger("warmup", 1),
          Long.getLong("seed", 1));
    }

    private static double number(String name, double standard) {
      return Double.parseDouble(System.getProperty(name, Double.toString(standard)));
    }

    NetworkParameters.Model model(double outerRate) {
      return new NetworkParameters.Model(
          MODEL,
          GradientCodec.TOPK_Q2,
          topk,
          steps,
          pages,
          Math.round(decay * 1e9),
          Math.round(eval * 1e9),
          Math.round(outerRate * 1e9),
          15,
          1_000_000_000,
          5);
    }

    AdamW optimizer(int window) {
      float factor = Math.min(1f, (window + 1f) / warmup);
      return new AdamW(rate * factor, 0.9f, beta2, 1e-8f, weightDecay, 1);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.read();
    print("%s", settings);
    TrainingFramework framework =
        requireNonNull(
            new DjlFrameworkProvider().open(TestPluginContext.in(Path.of("target"))).block());
    try (Arena arena = Arena.ofShared()) {
      new Network(settings, Corpus.read(Path.of(arguments[0])), framework, arena).run();
    } finally {
      framework.close().block();
    }
  }

  private static void print(String template, Object... values) {
    System.out.println(String.format(Locale.ROOT, template, values));
  }

  private static final class Network {
    private final Settings settings;
    private final Corpus corpus;
    private final GradientCodec codec;
    private final Random random;
    private final TrainingFramework framework;
    private final Arena arena;
    private final MemorySegment parameters;
    private final List<Miner> miners = new ArrayList<>();

    Network(Settings settings, Corpus corpus, TrainingFramework framework, Arena arena) {
      this.settings = settings;
      this.corpus = corpus;
      this.codec = GradientCodec.of(settings.model(settings.outer()));
      this.random = new Random(settings.seed());
      this.framework = framework;
      this.arena = arena;
      this.parameters = segment();
      byte[] seed = new byte[32];
      seed[0] = (byte) settings.seed();
      InitialParameters.draw(MODEL, new Digest(new Bytes(seed)), parameters);
      for (int i = 0; i < settings.miners(); i++) {
        miners.add(new Miner(session(), segment(), segment()));
      }
    }

    private record Miner(TrainingSession session, MemorySegment residual, MemorySegment local) {}

    void run() throws Exception {
      TrainingSession evaluator = session();
      TokenBatch heldout = corpus.heldout(HELDOUT_PAGES);
      MemorySegment alone = segment();
      double first = loss(evaluator, parameters, heldout);
      double current = first;
      for (int window = 0; window < settings.windows(); window++) {
        double training = train(settings.optimizer(window));
        List<SparseGradient> gradients = new ArrayList<>();
        int bytes = 0;
        for (Miner miner : miners) {
          EncodedGradient encoded = codec.encode(accumulate(miner));
          bytes += encoded.indices().length() + encoded.codes().length();
          gradients.add(codec.decode(encoded));
        }
        Merge.apply(
            MODEL, parameters, gradients.subList(0, 1), settings.model(settings.eval()), alone);
        double gain = current - loss(evaluator, alone, heldout);
        Merge.apply(MODEL, parameters, gradients, settings.model(settings.outer()), parameters);
        print(
            "%2d  heldout %.4f  ratio %.3f  training %.4f  gain alone %+.4f  payload %d",
            window, current, current / first, training, gain, bytes / miners.size());
        current = loss(evaluator, parameters, heldout);
      }
      print("%2d  heldout %.4f  ratio %.3f", settings.windows(), current, current / first);
    }

    /** Trains every miner on pages of its own; the mean of their last steps' losses. */
    private double train(AdamW optimizer) {
      List<Flux<StepReport>> runs = new ArrayList<>();
      for (Miner miner : miners) {
        List<TokenBatch> batches = new ArrayList<>();
        for (int step = 0; step < settings.steps(); step++) {
          batches.add(corpus.training(random, settings.pages()));
        }
        runs.add(
            miner
                .session()
                .load(parameters)
                .thenMany(miner.session().train(new TrainingPlan(batches, optimizer)))
                .takeLast(1));
      }
      List<StepReport> last = requireNonNull(Flux.merge(runs).collectList().block());
      return last.stream().mapToDouble(StepReport::loss).average().orElseThrow();
    }

    /** {@code e = decay * e + theta - local}. */
    private MemorySegment accumulate(Miner miner) {
      miner.session().copyParameters(miner.local()).block();
      for (long i = 0; i < MODEL.parameters(); i++) {
        float before = miner.residual().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        float delta =
            parameters.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                - miner.local().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        miner
            .residual()
            .setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) settings.decay() * before + delta);
      }
      return miner.residual();
    }

    private TrainingSession session() {
      return requireNonNull(framework.open(MODEL, parameters, new DeviceSpec("cpu", 1)).block());
    }

    private MemorySegment segment() {
      return arena.allocate(MODEL.parameters() * Float.BYTES, 64);
    }

    private static double loss(
        TrainingSession session, MemorySegment parameters, TokenBatch batch) {
      session.load(parameters).block();
      return requireNonNull(session.evaluate(batch).block()).mean();
    }
  }

  /** Bytes as tokens; every twentieth file is held out. */
  private record Corpus(byte[] train, byte[] heldout) {
    static Corpus read(Path folder) throws IOException {
      var train = new java.io.ByteArrayOutputStream();
      var heldout = new java.io.ByteArrayOutputStream();
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> texts = files.filter(Files::isRegularFile).sorted().toList();
        for (int i = 0; i < texts.size(); i++) {
          (i % 20 == 10 ? heldout : train).writeBytes(Files.readAllBytes(texts.get(i)));
        }
      }
      return new Corpus(train.toByteArray(), heldout.toByteArray());
    }

    TokenBatch training(Random random, int pages) {
      int[] tokens = new int[pages * PAGE];
      for (int page = 0; page < pages; page++) {
        copy(train, random.nextInt(train.length / PAGE), tokens, page);
      }
      return new TokenBatch(pages, PAGE, tokens);
    }

    TokenBatch heldout(int pages) {
      int[] tokens = new int[pages * PAGE];
      int stride = heldout.length / PAGE / pages;
      for (int page = 0; page < pages; page++) {
        copy(heldout, page * stride, tokens, page);
      }
      return new TokenBatch(pages, PAGE, tokens);
    }

    private static void copy(byte[] text, int page, int[] tokens, int row) {
      for (int i = 0; i < PAGE; i++) {
        tokens[row * PAGE + i] = Byte.toUnsignedInt(text[page * PAGE + i]);
      }
    }
  }
}
