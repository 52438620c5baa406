package io.vramhub.seal.server;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.seal.SealApproval;
import io.vramhub.protocol.seal.SealIdentity;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.MoveCall;
import io.vramhub.seal.wire.PolicyObjects;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The one path of a request for keys: read, believed, held against the chain's rules, answered, and
 * in the audit log before the answer leaves. What cannot even be read is no request, and is in no
 * log.
 */
final class FetchKey {
  private static final Logger LOG = LoggerFactory.getLogger(FetchKey.class);

  /** How long the fold may take to come as far as the chain was when the request arrived. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final MasterKey masterKey;
  private final Optional<PolicyObjects> objects;
  private final Admission admission;
  private final FollowedChain chain;
  private final AuditLog audit;
  private final KeyServerJson json;
  private final SecureRandom random;
  private final Machine machine;

  /** What the host lends. */
  record Machine(Clock clock, Scheduler blocking, Scheduler timer) {}

  /** A request with what its transaction says. */
  private record Asked(FetchKeyRequest request, ApprovalTransaction transaction) {
    Digest packageId() {
      return Approval.packageOf(transaction);
    }

    List<Bytes> identities() {
      return transaction.calls().stream().map(Approval::identity).toList();
    }
  }

  FetchKey(
      MasterKey masterKey,
      KeyServerSettings settings,
      FollowedChain chain,
      AuditLog audit,
      KeyServerJson json,
      SecureRandom random,
      Machine machine) {
    this.masterKey = masterKey;
    this.objects = settings.objects();
    this.admission = new Admission(settings.longestSessionMinutes());
    this.chain = chain;
    this.audit = audit;
    this.json = json;
    this.random = random;
    this.machine = machine;
  }

  /** Signals {@link DeniedException} for what is no request. */
  Mono<HttpReply> answer(HttpCall call) {
    if (call.header("Request-Id").isEmpty()) {
      throw new DeniedException(Denial.MISSING_REQUIRED_HEADER, "send Request-Id");
    }
    ClientSoftware.demand(call);
    return RequestBody.whole(call.body())
        .publishOn(machine.blocking())
        .map(json::request)
        .flatMap(this::decide);
  }

  private Mono<HttpReply> decide(FetchKeyRequest request) {
    return Mono.fromCallable(() -> new Asked(request, Approval.read(request.transaction())))
        .flatMap(asked -> decide(asked).onErrorResume(failure -> denied(asked, denial(failure))))
        .onErrorResume(
            DeniedException.class, denied -> denied(request, Digest.ZERO, List.of(), denied));
  }

  private Mono<HttpReply> decide(Asked asked) {
    return Mono.fromRunnable(() -> demandPackage(asked.packageId()))
        .then(
            Mono.fromRunnable(
                () ->
                    admission.demand(
                        asked.request(), asked.packageId(), machine.clock().instant())))
        .then(chain.caughtUp().timeout(PATIENCE, machine.timer()))
        .publishOn(machine.blocking())
        .map(head -> granted(asked, head));
  }

  /** Whether this server has keys of the package, as far as that is known without the chain. */
  private void demandPackage(Digest packageId) {
    if (objects.isPresent() && !objects.get().packageId().equals(packageId)) {
      throw new DeniedException(
          Denial.UNSUPPORTED_PACKAGE_ID, "it serves 0x" + objects.get().packageId());
    }
  }

  private HttpReply granted(Asked asked, ChainHead head) {
    PolicyObjects rules = objects.orElseGet(() -> PolicyObjects.ofLocalNetwork(network(head)));
    if (!rules.packageId().equals(asked.packageId())) {
      throw new DeniedException(
          Denial.INVALID_PACKAGE,
          "this is a local network, and its one package is 0x" + rules.packageId());
    }
    List<Approval> approvals =
        asked.transaction().calls().stream()
            .map((MoveCall call) -> Approval.of(call, rules))
            .toList();
    approvals.forEach(approval -> demandAccess(approval, asked.request(), head));
    List<KeyServerJson.PackedKey> keys =
        asked.identities().stream()
            .distinct()
            .map(identity -> pack(new SealId(asked.packageId(), identity), asked.request()))
            .toList();
    audit.append(
        entry(asked.request(), asked.packageId(), AuditEntry.GRANTED, asked.identities(), ""));
    return json.keys(keys);
  }

  private NetworkId network(ChainHead head) {
    if (!chain.read(ChainState::isCreated)) {
      throw new DeniedException(Denial.FAILURE, "the network has not been created");
    }
    return head.network();
  }

  private void demandAccess(Approval approval, FetchKeyRequest request, ChainHead head) {
    if (!approval.rule().opens(approval.identity())) {
      throw new DeniedException(
          Denial.NO_ACCESS, "the identity is not of the kind that the function opens");
    }
    SealPolicy policy;
    try {
      policy = SealIdentity.parse(approval.identity().array());
    } catch (HubException e) {
      throw new DeniedException(Denial.NO_ACCESS, e);
    }
    chain
        .read(
            state ->
                SealApproval.refusal(
                    state,
                    head.timeMs(),
                    policy,
                    request.certificate().user(),
                    approval.validator()))
        .ifPresent(
            refusal -> {
              throw new DeniedException(
                  Denial.NO_ACCESS, refusal.reason() + " (" + refusal.code() + ")");
            });
  }

  private KeyServerJson.PackedKey pack(SealId id, FetchKeyRequest request) {
    return new KeyServerJson.PackedKey(
        id, request.transportKey().pack(masterKey.extract(id), random));
  }

  private static DeniedException denial(Throwable failure) {
    return switch (failure) {
      case DeniedException denied -> denied;
      case TimeoutException late ->
          new DeniedException(Denial.FAILURE, "the server has not caught up with the chain", late);
      default -> {
        LOG.error("The key server failed at a request.", failure);
        yield new DeniedException(Denial.FAILURE, "see the server's log", failure);
      }
    };
  }

  private Mono<HttpReply> denied(Asked asked, DeniedException denied) {
    return denied(asked.request(), asked.packageId(), asked.identities(), denied);
  }

  private Mono<HttpReply> denied(
      FetchKeyRequest request, Digest packageId, List<Bytes> identities, DeniedException denied) {
    return Mono.fromCallable(
            () -> {
              audit.append(
                  entry(request, packageId, denied.denial().code(), identities, denied.reason()));
              return json.denial(denied.denial(), denied.reason());
            })
        .subscribeOn(machine.blocking());
  }

  private AuditEntry entry(
      FetchKeyRequest request,
      Digest packageId,
      String outcome,
      List<Bytes> identities,
      String reason) {
    return new AuditEntry(
        machine.clock().instant(),
        request.certificate().user(),
        packageId,
        outcome,
        identities,
        reason);
  }
}
