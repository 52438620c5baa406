package io.vramhub.seal.server;

import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.wire.ObjectIds;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Opens {@code services.NAME.use = "seal-keyserver"}; {@link KeyServerSettings} has the keys. */
public final class KeyServerProvider implements NodeService.Provider {
  private static final Logger LOG = LoggerFactory.getLogger(KeyServerProvider.class);

  @Override
  public String name() {
    return "seal-keyserver";
  }

  @Override
  public Mono<NodeService> open(PluginContext context) {
    return Mono.<NodeService>fromCallable(() -> keyServer(context)).subscribeOn(context.blocking());
  }

  private static KeyServer keyServer(PluginContext context) {
    KeyServerSettings settings = KeyServerSettings.of(context.settings(), context.dataDirectory());
    NodeView node = context.node();
    SecureRandom random = new SecureRandom();
    MasterKey masterKey = MasterKeyFile.readOrCreate(settings.masterKeyFile(), random);
    Digest id = settings.id().orElseGet(() -> KeyServer.localId(masterKey.publicKey()));
    LOG.info(
        "Key server {} has public key {}.",
        ObjectIds.text(id),
        masterKey.publicKey().point().compressed().hex());
    AuditLog audit = AuditLog.open(settings.auditLogFile());
    FetchKey.Machine machine =
        new FetchKey.Machine(context.clock(), context.blocking(), context.timer());
    FollowedChain chain = FollowedChain.of(node, context.blocking(), context.timer());
    KeyServerJson json = new KeyServerJson();
    FetchKey fetchKey = new FetchKey(masterKey, settings, chain, audit, json, random, machine);
    return new KeyServer(masterKey, id, fetchKey, chain, audit, json, machine);
  }
}
