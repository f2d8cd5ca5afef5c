package dev.outpour.http.delivery;

import dev.outpour.Await;
import dev.outpour.RamDirectory;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.log.LocalLog;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * A Vert.x with a single event loop, so that what happens in a test happens in the same order every
 * time, and a log's owner that starts and stops on it.
 */
final class OneThread implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context context = vertx.getOrCreateContext();
  private final LocalLog log = LocalLog.of(vertx);
  private final Path directory;
  private final int keepUpdates;
  private Path file;
  private String owner;

  private OneThread(Path directory, int keepUpdates) {
    this.directory = directory;
    this.keepUpdates = keepUpdates;
  }

  static OneThread inMemory(int keepUpdates) {
    return new OneThread(null, keepUpdates);
  }

  static OneThread onDisk(int keepUpdates) {
    return new OneThread(RamDirectory.make(), keepUpdates);
  }

  boolean isOnDisk() {
    return directory != null;
  }

  Vertx vertx() {
    return vertx;
  }

  LocalLog log() {
    return log;
  }

  /** Begins something on the thread, and waits until it is done; its failure is thrown as it is. */
  void run(Supplier<Future<Void>> what) {
    Promise<Void> done = Promise.promise();
    context.exceptionHandler(done::tryFail);
    context.runOnContext(turn -> what.get().onComplete(done::tryComplete, done::tryFail));
    Throwable failure =
        Await.result(done.future().map((Throwable) null).otherwise(thrown -> thrown));
    if (failure != null) {
      throw failure instanceof AssertionError wrong ? wrong : new AssertionError(failure);
    }
  }

  /** Lets what was put off happen, and what that puts off, so many times. */
  Future<Void> turns(int count) {
    return turnsUntil(turn -> turn + 1 >= count);
  }

  /** Does something turn by turn, until it says that it is done. */
  Future<Void> turnsUntil(IntPredicate what) {
    Promise<Void> done = Promise.promise();
    turnsUntil(what, 0, done);
    return done.future();
  }

  private void turnsUntil(IntPredicate what, int turn, Promise<Void> done) {
    context.runOnContext(
        now -> {
          try {
            if (what.test(turn)) {
              done.complete();
            } else {
              turnsUntil(what, turn + 1, done);
            }
          } catch (AssertionError e) {
            done.fail(e);
          }
        });
  }

  /** From now on there is another log, which is empty. */
  void forget() {
    if (isOnDisk()) {
      file = directory.resolve(UUID.randomUUID() + ".db");
    }
  }

  boolean isUp() {
    return owner != null;
  }

  Future<Void> start() {
    JsonObject history = new JsonObject().put("keepUpdates", keepUpdates).put("keepMegabytes", 64);
    if (isOnDisk()) {
      history.put("store", "sqlite").put("path", file.toString());
    } else {
      history.put("store", "memory");
    }
    JsonObject config = new JsonObject().put("history", history);
    return vertx
        .deployVerticle(new IngestVerticle(), new DeploymentOptions().setConfig(config))
        .onSuccess(id -> owner = id)
        .mapEmpty();
  }

  Future<Void> stop() {
    String running = owner;
    owner = null;
    return running == null ? Future.succeededFuture() : vertx.undeploy(running);
  }

  void copyLog() {
    copy(file, spare());
  }

  void restoreLog() {
    copy(spare(), file);
  }

  private Path spare() {
    return directory.resolve(file.getFileName() + ".copy");
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
