package dev.outpour;

import dev.outpour.auth.OperatorToken;
import dev.outpour.cluster.Clustering;
import dev.outpour.http.HttpVerticle;
import dev.outpour.log.UpdateBus;
import dev.outpour.logging.Logging;
import dev.outpour.loop.EventLoops;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import io.vertx.launcher.application.ExitCodes;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import io.vertx.launcher.application.impl.CommandException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts Vert.x by its launcher, with a valid configuration.
 *
 * <p>The launcher parses the command line, deploys the verticle, and shuts down. The hooks here set
 * its options, and log its results. The main thread calls them, and at the end the shutdown thread.
 */
final class Launch extends VertxApplication implements VertxApplicationHooks {
  private static final Logger log = LoggerFactory.getLogger(Launch.class);
  private static final int CLOSING_SECONDS = 30;

  /** The exit code after the log was lost: EX_IOERR of sysexits.h. */
  private static final int LOG_LOST = 74;

  /** The exit code after memory was short for too long: EX_TEMPFAIL of sysexits.h. */
  private static final int OUT_OF_MEMORY = 75;

  /** How long closing may take without memory, before the process is halted. */
  private static final int LAST_SECONDS = 60;

  private final CommandLineOptions options;
  private final Configuration configuration;
  private final JsonObject effective;
  private boolean instancesGiven;

  // Shared by the main thread and the shutdown thread.
  private volatile boolean ready;
  private volatile boolean stopping;
  private volatile Optional<OperatorDoor> operators = Optional.empty();

  /**
   * @param effective the configuration for the verticles
   */
  Launch(
      String[] args,
      CommandLineOptions options,
      Configuration configuration,
      JsonObject effective) {
    super(args, null, false, false);
    this.options = options;
    this.configuration = configuration;
    this.effective = effective;
    this.instancesGiven = options.instances();
  }

  @Override
  public JsonObject afterVertxOptionsParsed(@Nullable JsonObject given) {
    int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
    return new JsonObject()
        .put("eventLoopPoolSize", loops)
        // All options, because options from JSON lack the defaults of missing keys.
        .put("eventBusOptions", Clustering.eventBus(configuration.cluster()).toJson())
        .mergeIn(given == null ? new JsonObject() : given, true);
  }

  @Override
  public @Nullable JsonObject afterDeploymentOptionsParsed(@Nullable JsonObject given) {
    instancesGiven |= given != null && given.containsKey("instances");
    return given;
  }

  @Override
  public JsonObject afterConfigParsed(@Nullable JsonObject given) {
    return effective;
  }

  @Override
  public VertxBuilder createVertxBuilder(VertxOptions vertxOptions) {
    boolean isNative = Transport.EPOLL != null && Transport.EPOLL.available();
    Transport transport = isNative ? Transport.EPOLL : Transport.NIO;
    VertxBuilder builder = Vertx.builder().with(vertxOptions).withTransport(transport);
    if (options.clustered()) {
      joining(builder.withTransport(Clustering.transport(transport)));
    }
    return builder;
  }

  private void joining(VertxBuilder builder) {
    try {
      builder.withClusterManager(Clustering.manager(configuration.cluster()));
    } catch (CannotStartException e) {
      log.error(e.getMessage());
      throw new CommandException(ExitCodes.VERTX_INITIALIZATION);
    }
  }

  @Override
  public void beforeStartingVertx(HookContext context) {
    Logging.silenceLauncher();
  }

  @Override
  public @Nullable Supplier<? extends Deployable> verticleSupplier() {
    return options.verticle().isPresent() ? null : MainVerticle::new;
  }

  @Override
  public void beforeDeployingVerticle(HookContext context) {
    if (options.clustered()) {
      Clustering.watch(context.vertx(), configuration.cluster());
    }
    EventBus bus = context.vertx().eventBus();
    bus.localConsumer(UpdateBus.LOST, lost -> exit(LOG_LOST));
    bus.localConsumer(HttpVerticle.OUT_OF_MEMORY, told -> exitWithoutMemory());
    if (HttpVerticle.class.getName().equals(context.mainVerticle()) && !instancesGiven) {
      context.deploymentOptions().setInstances(EventLoops.count(context.vertx()));
    }
  }

  /** Exits on a new thread, because the exit waits for the event loops. */
  private static void exit(int code) {
    new Thread(() -> System.exit(code)).start();
  }

  private void exitWithoutMemory() {
    if (configuration.ingest().isPresent() && !configuration.history().durable()) {
      log.warn(
          "The hub goes on although memory is short, because its log is in memory and would be lost:"
              + " give it more memory (-Xmx), or set history.path");
      return;
    }
    Thread last =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(LAST_SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(OUT_OF_MEMORY);
            });
    last.setDaemon(true);
    last.start();
    exit(OUT_OF_MEMORY);
  }

  @Override
  public void afterVerticleDeployed(HookContext context) {
    Map<String, Integer> actual = context.vertx().sharedData().getLocalMap(HttpVerticle.SHARED);
    int port = actual.getOrDefault(HttpVerticle.PORT, 0);
    Preload.start(context.vertx());
    log.info(ReadyLine.of(configuration, port, nodes(context.vertx())));
    operators = OperatorDoor.open(configuration, port, OperatorToken.of(context.vertx()));
    ready = true;
  }

  private static int nodes(Vertx vertx) {
    return vertx.isClustered() ? ((VertxInternal) vertx).clusterManager().getNodes().size() : 0;
  }

  @Override
  public void afterFailureToStartVertx(HookContext context, @Nullable Throwable failure) {
    logFailure(
        "Vert.x could not start",
        failure,
        options.clustered()
            ? Optional.ofNullable(failure)
                .map(it -> StartFailure.explainJoining(it, configuration.cluster()))
            : Optional.empty());
    throw new CommandException(ExitCodes.VERTX_INITIALIZATION);
  }

  /** Ends by throwing. Otherwise the launcher would log the failure again, with its stack trace. */
  @Override
  public void afterFailureToDeployVerticle(HookContext context, @Nullable Throwable failure) {
    // A stop during the start is not a failure.
    if (!stopping) {
      logFailure(
          "The verticles could not start",
          failure,
          Optional.ofNullable(failure).flatMap(it -> StartFailure.explain(it, configuration)));
    }
    try {
      context.vertx().close().await(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn("Not everything could be closed in {} s, exiting anyway", CLOSING_SECONDS);
    }
    throw new CommandException(ExitCodes.VERTX_DEPLOYMENT);
  }

  /**
   * Logs a failure, with its stack trace if there is no explanation. Without a failure, the start
   * timed out.
   */
  private static void logFailure(
      String what, @Nullable Throwable failure, Optional<String> explanation) {
    if (failure == null) {
      log.error("{} in time", what);
    } else if (explanation.isPresent()) {
      log.error(explanation.get());
    } else {
      log.error(what, failure);
    }
  }

  @Override
  public void beforeStoppingVertx(HookContext context) {
    stopping = true;
    operators.ifPresent(OperatorDoor::close);
    if (ready) {
      log.info("Stopping");
    }
  }

  @Override
  public void afterVertxStopped(HookContext context) {
    log.info("Stopped");
    Logging.stop();
  }

  @Override
  public void afterFailureToStopVertx(HookContext context, @Nullable Throwable failure) {
    log.error("Stopping failed", failure);
    Logging.stop();
  }
}
