package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Test coins of a served local ledger, for nodes that join a development network. */
public final class Faucet {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final URI ledger;

  /**
   * @param ledger address of the served ledger
   */
  public Faucet(URI ledger) {
    this.ledger = ledger;
  }

  /** Pays the amount to the account, or says why not. */
  public void pay(Address recipient, Coins amount) {
    String body = "{\"recipient\":\"" + recipient + "\",\"amount\":" + amount.baseUnits() + "}";
    HttpRequest request =
        HttpRequest.newBuilder(ledger.resolve("/faucet"))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new HubException(
            ErrorCode.PREFLIGHT_FAILED,
            "the faucet of " + ledger + " refuses " + amount + " SUI: " + response.body());
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.CHAIN_UNAVAILABLE,
          "no ledger answers at " + ledger + "; is its node running?",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(ErrorCode.CHAIN_UNAVAILABLE, "interrupted while asking the faucet", e);
    }
  }
}
