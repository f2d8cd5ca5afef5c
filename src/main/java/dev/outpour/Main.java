package dev.outpour;

import dev.outpour.Configuration.Part;
import dev.outpour.cluster.Clustering;
import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.settings.Settings;
import dev.outpour.settings.SettingsException;
import dev.outpour.simulator.SimulatorVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import io.vertx.launcher.application.ExitCodes;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import io.vertx.launcher.application.impl.CommandException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The command line: reads the configuration, then has the Vert.x launcher start what it asks for.
 *
 * <p>Without a verticle's name the parts list is deployed, see {@link MainVerticle}; with one, that
 * verticle alone. A configuration that cannot be used ends the process before anything has started.
 */
public final class Main extends VertxApplication implements VertxApplicationHooks {
  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final Map<String, Part> VERTICLES =
      Map.of(
          HttpVerticle.class.getName(), Part.HTTP,
          IngestVerticle.class.getName(), Part.INGEST,
          SimulatorVerticle.class.getName(), Part.SIMULATOR);
  private static final int CLOSING_SECONDS = 30;

  private final CommandLineOptions options;
  private final Configuration configuration;
  private final JsonObject effective;
  private boolean instancesGiven;

  private Main(
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

  public static void main(String[] args) {
    int code = run(args);
    if (code != 0) {
      Logging.stop();
      System.exit(code);
    }
  }

  private static int run(String... args) {
    try {
      CommandLineOptions options = CommandLineOptions.parse(args);
      if (options.help()) {
        CommandLineOptions.commandLine().usage(System.out);
        return 0;
      }
      return configured(args, options).launch();
    } catch (SettingsException e) {
      e.faults().forEach(Main::complain);
    } catch (CommandLine.ParameterException e) {
      complain(e.getMessage() + " (-help lists the options)");
    }
    return ExitCodes.USAGE;
  }

  /** The only words outside the log: there may be none yet, and the reader is at a terminal. */
  private static void complain(@Nullable String fault) {
    System.err.println(fault);
  }

  private static Main configured(String[] args, CommandLineOptions options) {
    ConfigurationFile file = ConfigurationFile.read(options.conf());
    Settings settings = new Settings(file.content(), System.getenv(), properties());
    Configuration configuration =
        options
            .verticle()
            .filter(name -> !name.equals(MainVerticle.class.getName()))
            .map(name -> Configuration.ofOne(settings, Optional.ofNullable(VERTICLES.get(name))))
            .orElseGet(() -> Configuration.ofAll(settings));
    Logging.apply(configuration.logging());
    settings
        .unknownVariables()
        .forEach(name -> log.warn("The environment variable {} sets nothing known", name));
    settings
        .ignoredSections()
        .forEach(name -> log.info("Section {} of {} is for another process", name, file.name()));
    return new Main(args, options, configuration, settings.effective());
  }

  private static Map<String, String> properties() {
    Properties properties = System.getProperties();
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  @Override
  public JsonObject afterVertxOptionsParsed(@Nullable JsonObject given) {
    int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
    return new JsonObject()
        .put("eventLoopPoolSize", loops)
        // All of them: options made from some of their keys lack the defaults of the others.
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
    VertxBuilder builder = Vertx.builder().with(vertxOptions);
    if (Transport.EPOLL != null && Transport.EPOLL.available()) {
      builder.withTransport(Transport.EPOLL);
    }
    return options.clustered()
        ? builder.withClusterManager(Clustering.manager(configuration.cluster()))
        : builder;
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
    if (HttpVerticle.class.getName().equals(context.mainVerticle()) && !instancesGiven) {
      context.deploymentOptions().setInstances(MainVerticle.eventLoops(context.vertx()));
    }
  }

  @Override
  public void afterVerticleDeployed(HookContext context) {
    Map<String, Integer> actual = context.vertx().sharedData().getLocalMap("outpour");
    int port = actual.getOrDefault("http.port", 0);
    log.info(ReadyLine.of(configuration, port));
  }

  @Override
  public void afterFailureToStartVertx(HookContext context, @Nullable Throwable failure) {
    logFailure("Vert.x could not start", failure);
    throw new CommandException(ExitCodes.VERTX_INITIALIZATION);
  }

  /**
   * Ends by throwing: the launcher would go on to log the failure once more, with its stack trace.
   */
  @Override
  public void afterFailureToDeployVerticle(HookContext context, @Nullable Throwable failure) {
    logFailure("The verticles could not start", failure);
    try {
      context.vertx().close().await(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn("Not everything could be closed in {} s", CLOSING_SECONDS);
    }
    throw new CommandException(ExitCodes.VERTX_DEPLOYMENT);
  }

  private void logFailure(String what, @Nullable Throwable failure) {
    if (failure == null) {
      log.error("{} in time", what);
      return;
    }
    StartFailure.explain(failure, configuration)
        .ifPresentOrElse(log::error, () -> log.error(what, failure));
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
