package dev.outpour.http;

import dev.outpour.RamDirectory;
import io.vertx.core.json.JsonObject;

class PositionTableOnDiskTest extends PositionTableContractTest {

  @Override
  JsonObject history() {
    return new JsonObject()
        .put("store", "sqlite")
        .put("path", RamDirectory.make().resolve("outpour.db").toString());
  }
}
