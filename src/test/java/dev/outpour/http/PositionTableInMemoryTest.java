package dev.outpour.http;

import io.vertx.core.json.JsonObject;

class PositionTableInMemoryTest extends PositionTableContractTest {

  @Override
  JsonObject history() {
    return new JsonObject().put("store", "memory");
  }
}
