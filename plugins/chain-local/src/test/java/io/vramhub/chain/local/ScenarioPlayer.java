package io.vramhub.chain.local;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.attestation.SoftwareAttestor;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.message.GenesisMessage;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.protocol.payload.PayloadNames;
import io.vramhub.protocol.scoring.TopG;
import io.vramhub.protocol.window.WindowSchedule;
import io.vramhub.tck.TestSigner;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays scenarios on the ledger's rules and the fold of its events. Seeds, times and keys come from
 * the file, so that the Move package can be played the very same game.
 */
final class ScenarioPlayer {
  /** What a step says beside the fields of its call. */
  private static final List<String> DIRECTIONS =
      List.of("at", "by", "call", "seed", "events", "aborts", "note", "notOnSui");

  private static final Pattern MOMENT = Pattern.compile("(\\d+)([+-]\\d+)");
  private static final int PCR_BYTES = 48;
  private static final Map<String, Class<?>> CALLS = calls();

  /** Documents made before: most scenarios show the same ones, and making one takes a while. */
  private static final Map<String, Attestation> DOCUMENTS = new HashMap<>();

  private static final Map<String, Ending> ENDINGS = new HashMap<>();

  private final EventJson json = new EventJson();
  private final LedgerRules rules = new LedgerRules();
  private final ScenarioNames names;
  private final ObjectNode network;
  private final NetworkParameters parameters;
  private final ObjectNode parametersTree;
  private final ChainState state = new ChainState();
  private final List<ChainRecord> records = new ArrayList<>();
  private long timeMs;

  /** Where a scenario that others continue has ended; most of the playing is the same beginning. */
  private record Ending(List<ChainRecord> records, long timeMs, ScenarioNames names) {}

  private ScenarioPlayer(Scenario beginning, ScenarioNames names) {
    this.names = names;
    this.network = (ObjectNode) names.expand(Scenario.readObject(Scenario.NETWORK));
    this.parametersTree = (ObjectNode) network.get("parameters");
    merge(parametersTree, names.expand(beginning.root().path("parameters")));
    this.parameters = json.parse("parameters", parametersTree.toString(), NetworkParameters.class);
    this.timeMs = parameters.schedule().genesisMs();
  }

  /** A player at the point at which the scenario's own steps begin. */
  static ScenarioPlayer before(Scenario scenario) {
    Optional<Scenario> earlier = scenario.before();
    if (earlier.isEmpty()) {
      ScenarioPlayer player = new ScenarioPlayer(scenario, new ScenarioNames());
      player.begin(Long.parseLong(scenario.root().path("issued").asString("0")));
      return player;
    }
    Ending ending = ENDINGS.get(earlier.get().name());
    if (ending == null) {
      ending = ending(earlier.get());
      ENDINGS.put(earlier.get().name(), ending);
    }
    ScenarioPlayer player = new ScenarioPlayer(scenario.beginning(), ending.names().copy());
    ending.records().forEach(player::apply);
    player.timeMs = ending.timeMs();
    return player;
  }

  private static Ending ending(Scenario scenario) {
    ScenarioPlayer player = before(scenario);
    for (ObjectNode step : scenario.steps()) {
      // What was refused has left no trace.
      if (!step.has("aborts")) {
        player.perform(step);
      }
    }
    return new Ending(List.copyOf(player.records), player.timeMs, player.names);
  }

  private void begin(long issued) {
    List<GenesisMessage.Funding> funded = new ArrayList<>();
    network
        .get("funded")
        .properties()
        .forEach(
            account ->
                funded.add(
                    new GenesisMessage.Funding(
                        Address.ofHex(account.getKey()),
                        new Coins(account.getValue().longValue()))));
    List<Measurement> builds = new ArrayList<>();
    network.get("builds").forEach(build -> builds.add(measurement(build.stringValue())));
    GenesisMessage genesis =
        new GenesisMessage(
            new NetworkId(Digest.ofHex(network.get("network").stringValue())),
            parameters,
            new AttestationPolicy(EnclaveKind.SOFTWARE, World.ROOT.certificate(), builds),
            Address.ofHex(network.get("governance").stringValue()),
            Digest.ofHex(network.get("genesisRoot").stringValue()),
            timeMs,
            funded);
    apply(List.of(genesis.created()));
    apply(List.copyOf(genesis.payments()));
    if (issued > 0) {
      apply(issuedBefore(new Coins(issued)));
    }
  }

  /**
   * A network that has issued so much: window 0, in which nothing else happens, stands for all the
   * windows it would have taken.
   */
  private static List<ChainEvent> issuedBefore(Coins issued) {
    WindowId window = new WindowId(0);
    return List.of(
        new ChainEvent.WindowOpened(
            window, Digest.ZERO, new CheckpointRef(window, Digest.ZERO), List.of(), List.of()),
        new ChainEvent.WindowFinalized(
            new WindowResult(
                window,
                false,
                List.of(),
                List.of(),
                List.of(),
                TopG.digest(window, List.of()),
                issued,
                List.of())));
  }

  /**
   * Plays a step, and tells it as it has happened: the same step with the events or the abort, the
   * answers and the signature there really are.
   */
  ObjectNode perform(ObjectNode step) {
    ObjectNode happened = step.deepCopy();
    turnClock(step);
    if (step.has("expect")) {
      happened.set("expect", observe(step.get("expect")));
    }
    if (step.has("call")) {
      signature(step).ifPresent(signature -> happened.put("signature", signature.hex()));
      switch (play(step)) {
        case Decision.Refusal(AbortCode code, String sentence) -> {
          happened.remove("events");
          happened.put("aborts", code.number() + " " + code);
        }
        case Decision.Effect(List<ChainEvent> events) -> {
          happened.remove("aborts");
          ArrayNode told = happened.putArray("events");
          events.forEach(event -> told.add(tell(event)));
        }
      }
    }
    return happened;
  }

  ChainState state() {
    return state;
  }

  /** The step with values that names have stood for under those names. */
  ObjectNode named(ObjectNode step) {
    return (ObjectNode) names.abridge(step);
  }

  /** Moves chain time to where the step says, if it says. */
  private void turnClock(ObjectNode step) {
    if (!step.has("at")) {
      return;
    }
    Matcher moment = MOMENT.matcher(step.get("at").stringValue());
    if (!moment.matches()) {
      throw new IllegalArgumentException("a moment reads WINDOW+MS, not " + step.get("at"));
    }
    WindowId window = new WindowId(Long.parseLong(moment.group(1)));
    long then =
        new WindowSchedule(parameters.schedule()).opensAt(window) + Long.parseLong(moment.group(2));
    if (then < timeMs) {
      throw new IllegalArgumentException("chain time does not go back to " + step.get("at"));
    }
    timeMs = then;
  }

  private Decision play(ObjectNode step) {
    ObjectNode fields = (ObjectNode) names.expand(step);
    Address sender = Address.ofHex(fields.get("by").stringValue());
    Digest seed = seed(fields);
    ChainCall call = call(fields);
    Decision decision =
        rules.decide(new CallContext(state, sender, timeMs, timeMs, () -> seed), call);
    if (decision instanceof Decision.Effect(var events)) {
      apply(events);
    }
    return decision;
  }

  /** An event as scenario files tell it. */
  private ObjectNode tell(ChainEvent event) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("event", EventJson.kind(event));
    ObjectNode fields = (ObjectNode) Scenario.JSON.readTree(json.write(event));
    switch (event) {
      // The signed report stands in the call; that it was stored as signed, ScoreRulesTest checks.
      case ChainEvent.ScoresSubmitted(SignedScoreReport(ScoreReport report, var time, var sign)) ->
          told.put("window", report.window().number()).put("validator", report.validator().value());
      // The document's bytes are random.
      case ChainEvent.EnclaveRegistered ignored -> {
        fields.remove("attestation");
        told.setAll(fields);
      }
      case ChainEvent.WindowFinalized ignored -> told.setAll((ObjectNode) fields.get("result"));
      case ChainEvent.ParametersScheduled scheduled ->
          told.put("effective", scheduled.effective().number());
      default -> told.setAll(fields);
    }
    return (ObjectNode) names.abridge(told);
  }

  /** The state's answers to the questions an {@code expect} asks, in its shape. */
  private JsonNode observe(JsonNode expect) {
    ObjectNode asked = (ObjectNode) names.expand(expect);
    ObjectNode answers = JsonNodeFactory.instance.objectNode();
    asked
        .properties()
        .forEach(
            question ->
                answers.set(question.getKey(), answer(question.getKey(), question.getValue())));
    return names.abridge(answers);
  }

  private JsonNode answer(String question, JsonNode asked) {
    return switch (question) {
      case "sui" -> each(asked, account -> coins(state.sui(Address.ofHex(account))));
      case "vram" -> each(asked, account -> coins(state.vram(Address.ofHex(account))));
      case "credits" -> each(asked, payee -> coins(state.credit(payee(payee))));
      case "issued" -> coins(state.issued());
      case "claimed" -> coins(state.claimed());
      case "checkpoint" -> Scenario.JSON.readTree(json.text(state.newestCheckpoint()));
      case "miners" ->
          each(
              asked,
              uid ->
                  only(
                      asked.get(uid),
                      miner(state.miner(new MinerUid(Integer.parseInt(uid))).orElseThrow())));
      case "validators" ->
          each(
              asked,
              uid ->
                  only(
                      asked.get(uid),
                      validator(
                          state.validator(new ValidatorUid(Integer.parseInt(uid))).orElseThrow())));
      default -> throw new IllegalArgumentException("nobody can be asked for " + question);
    };
  }

  private static ObjectNode miner(MinerRecord miner) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("stake", miner.stake().baseUnits())
        .put("mu", miner.rating().muNanos())
        .put("sigma", miner.rating().sigmaNanos())
        .put("proof", miner.proofNanos())
        .put("absences", miner.consecutiveAbsences())
        .put("active", miner.active());
  }

  private static ObjectNode validator(ValidatorRecord validator) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("stake", validator.stake().baseUnits())
        .put("epoch", validator.enclave().map(ValidatorRecord.Enclave::epoch).orElse(0L))
        .put("deviations", validator.deviations())
        .put("jailed", validator.jailed().isPresent())
        .put("active", validator.active());
  }

  private static Payee payee(String text) {
    String[] words = text.split(":", -1);
    return switch (words[0]) {
      case "treasury" -> new Payee.Treasury();
      case "miner" -> new Payee.Miner(new MinerUid(Integer.parseInt(words[1])));
      case "validator" -> new Payee.Validator(new ValidatorUid(Integer.parseInt(words[1])));
      default -> throw new IllegalArgumentException("no payee reads " + text);
    };
  }

  /** Amounts are texts: beyond 2^53 a JavaScript number is no longer exact. */
  private static JsonNode coins(Coins amount) {
    return JsonNodeFactory.instance.stringNode(Long.toString(amount.baseUnits()));
  }

  private static ObjectNode each(JsonNode asked, Function<String, JsonNode> answer) {
    ObjectNode answers = JsonNodeFactory.instance.objectNode();
    asked.propertyNames().forEach(key -> answers.set(key, answer.apply(key)));
    return answers;
  }

  private static ObjectNode only(JsonNode asked, ObjectNode all) {
    return each(
        asked,
        field ->
            Optional.ofNullable(all.get(field))
                .orElseThrow(() -> new IllegalArgumentException("a record has no field " + field)));
  }

  /** What an enclave signs for the step; empty if the step reports nothing, or nobody signed. */
  Optional<Bytes> signature(ObjectNode step) {
    if (!step.path("call").asString("").equals("SubmitScores")) {
      return Optional.empty();
    }
    turnClock(step);
    ObjectNode fields = (ObjectNode) names.expand(step);
    String signer =
        fields.path("signedBy").asString("enclave " + fields.get("validator").intValue());
    if (signer.equals("nobody")) {
      return Optional.empty();
    }
    ObjectNode signed = fields.deepCopy();
    merge(signed, fields.path("signed"));
    SignedScoreReport scores = report(signed, "");
    return Optional.of(
        new TestSigner(signer)
            .sign(ScoreMessage.intentBytes(scores.report(), scores.timestampMs())));
  }

  private ChainCall call(ObjectNode step) {
    String kind = step.get("call").stringValue();
    ObjectNode fields = step.deepCopy();
    DIRECTIONS.forEach(fields::remove);
    return switch (kind) {
      case "SubmitScores" ->
          new ChainCall.SubmitScores(report(fields, fields.get("signature").stringValue()));
      case "RegisterEnclave" ->
          new ChainCall.RegisterEnclave(
              new ValidatorUid(fields.get("validator").intValue()),
              document((ObjectNode) fields.get("document")));
      case "ScheduleParameters" ->
          new ChainCall.ScheduleParameters(
              new WindowId(fields.get("effective").longValue()), changed(fields.get("changes")));
      case "CommitGradient" -> {
        WindowId window = new WindowId(fields.get("window").longValue());
        MinerUid miner = new MinerUid(fields.get("miner").intValue());
        preset(fields, "contentHash", content(window, miner));
        preset(fields, "storageReference", PayloadNames.file(window, miner).toString());
        preset(fields, "codec", parameters.model().codec());
        if (!fields.has("size")) {
          fields.put("size", 500);
        }
        yield parse(kind, fields);
      }
      case "AnchorCheckpoint" -> {
        if (fields.has("topG")) {
          WindowId window = new WindowId(fields.get("checkpoint").longValue()).previous();
          fields.put("topGDigest", topGDigest(window, (ArrayNode) fields.get("topG")).hex());
          fields.remove("topG");
        }
        yield parse(kind, fields);
      }
      default -> parse(kind, fields);
    };
  }

  private ChainCall parse(String kind, ObjectNode fields) {
    Class<?> type =
        Optional.ofNullable(CALLS.get(kind))
            .orElseThrow(() -> new IllegalArgumentException("there is no call " + kind));
    return (ChainCall) json.parse("the call " + kind, fields.toString(), type);
  }

  /** Fields a report leaves out are those of an honest one, by convention of the names. */
  private SignedScoreReport report(ObjectNode step, String signature) {
    ObjectNode fields = step.deepCopy();
    DIRECTIONS.forEach(fields::remove);
    List.of("signedBy", "signed", "signature").forEach(fields::remove);
    WindowId window = new WindowId(fields.get("window").longValue());
    preset(fields, "network", state.network().digest().hex());
    preset(fields, "evaluator", parameters.scoring().evaluator());
    preset(fields, "baseRoot", state.genesis().genesis().root().hex());
    preset(fields, "datasetRoot", parameters.data().root().hex());
    preset(fields, "assignmentSeed", named("assignment seed of window " + window));
    preset(fields, "evaluationSeed", named("evaluation seed of window " + window));
    if (!fields.has("enclaveEpoch")) {
      fields.put("enclaveEpoch", 1);
    }
    long timestampMs = fields.has("timestampMs") ? fields.get("timestampMs").longValue() : timeMs;
    fields.remove("timestampMs");
    for (JsonNode each : fields.get("entries")) {
      ObjectNode entry = (ObjectNode) each;
      preset(entry, "contentHash", content(window, new MinerUid(entry.get("miner").intValue())));
      preset(entry, "verdict", "ACCEPTED");
      for (String gain : List.of("heldoutGain", "assignedGain")) {
        if (!entry.has(gain)) {
          entry.put(gain, 0);
        }
      }
    }
    return new SignedScoreReport(
        json.parse("a report", fields.toString(), ScoreReport.class),
        timestampMs,
        Bytes.ofHex(signature));
  }

  private Attestation document(ObjectNode fields) {
    if (fields.has("bytes")) {
      return new Attestation(Bytes.ofHex(fields.get("bytes").stringValue()));
    }
    Bytes key =
        fields.has("key")
            ? Bytes.ofHex(fields.get("key").stringValue())
            : new TestSigner(fields.get("enclave").stringValue()).publicKey();
    Instant made = Instant.ofEpochMilli(timeMs - fields.path("ageMs").asLong(0));
    return DOCUMENTS.computeIfAbsent(fields + " of " + made, ignored -> attest(fields, key, made));
  }

  private static Attestation attest(ObjectNode fields, Bytes key, Instant made) {
    SoftwareRoot issuer =
        fields.path("root").asString("network").equals("network")
            ? World.ROOT
            : SoftwareRoot.generate(made, new SecureRandom());
    return new SoftwareAttestor(issuer, measurement(fields.path("build").asString("a0")))
        .attest(key, Optional.empty(), made);
  }

  private NetworkParameters changed(JsonNode changes) {
    ObjectNode tree = parametersTree.deepCopy();
    merge(tree, changes);
    return json.parse("parameters", tree.toString(), NetworkParameters.class);
  }

  private Digest topGDigest(WindowId window, ArrayNode members) {
    List<TopG.Member> merged = new ArrayList<>();
    for (JsonNode member : members) {
      MinerUid miner = new MinerUid(member.intValue());
      merged.add(
          new TopG.Member(
              miner,
              state.window(window).orElseThrow().commits().get(miner).gradient().contentHash()));
    }
    return TopG.digest(window, merged);
  }

  /** What the chain draws if the step makes it draw. */
  private Digest seed(ObjectNode step) {
    if (step.has("seed")) {
      return Digest.ofHex(step.get("seed").stringValue());
    }
    String drawn =
        step.get("call").stringValue().equals("OpenWindow") ? "assignment" : "evaluation";
    return Digest.ofHex(named(drawn + " seed of window " + step.path("window").asLong(0)));
  }

  private String content(WindowId window, MinerUid miner) {
    return named("content of " + miner + " in " + window);
  }

  private String named(String name) {
    return names.expand(JsonNodeFactory.instance.stringNode("#" + name)).stringValue();
  }

  /** A build is told by the byte that fills its measurements. */
  private static Measurement measurement(String build) {
    byte[] pcr = new byte[PCR_BYTES];
    Arrays.fill(pcr, (byte) Integer.parseInt(build, 16));
    return new Measurement(new Bytes(pcr), new Bytes(pcr), new Bytes(pcr));
  }

  private static void preset(ObjectNode fields, String field, String value) {
    if (!fields.has(field)) {
      fields.put(field, value);
    }
  }

  /** Sets the fields of {@code changes}, going into objects that both have. */
  private static void merge(ObjectNode target, JsonNode changes) {
    changes
        .properties()
        .forEach(
            change -> {
              if (change.getValue().isObject()
                  && target.get(change.getKey()) instanceof ObjectNode inner) {
                merge(inner, change.getValue());
              } else {
                target.set(change.getKey(), change.getValue());
              }
            });
  }

  private void apply(List<ChainEvent> events) {
    for (ChainEvent event : events) {
      apply(new ChainRecord(state.sequence() + 1, timeMs, event));
    }
  }

  private void apply(ChainRecord next) {
    state.apply(next);
    records.add(next);
  }

  private static Map<String, Class<?>> calls() {
    Map<String, Class<?>> calls = new HashMap<>();
    for (Class<?> kind : ChainCall.class.getPermittedSubclasses()) {
      calls.put(kind.getSimpleName(), kind);
    }
    return calls;
  }
}
