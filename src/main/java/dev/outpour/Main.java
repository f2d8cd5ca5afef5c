package dev.outpour;

import dev.outpour.Configuration.Part;
import dev.outpour.Configuration.Reach;
import dev.outpour.auth.AuthSettings;
import dev.outpour.cli.Commands;
import dev.outpour.cli.hub.OwnHub;
import dev.outpour.cli.terminal.Utf8Console;
import dev.outpour.history.HistorySettings;
import dev.outpour.http.HttpSettings;
import dev.outpour.http.HttpVerticle;
import dev.outpour.http.connection.TlsSettings;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.logging.Logging;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import dev.outpour.settings.SettingsException;
import dev.outpour.simulator.SimulatorVerticle;
import io.vertx.launcher.application.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The command line. It reads the configuration, and lets {@link Launch} start the hub. If the first
 * argument is one of {@link Commands}, it runs that command instead.
 *
 * <p>Without the name of a verticle it deploys {@link MainVerticle}, otherwise only that verticle.
 * An invalid configuration ends the process before anything starts.
 */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final Map<String, Part> VERTICLES =
      Map.of(
          HttpVerticle.class.getName(), Part.HTTP,
          IngestVerticle.class.getName(), Part.INGEST,
          SimulatorVerticle.class.getName(), Part.SIMULATOR);

  private Main() {}

  public static void main(String[] args) {
    refuseRenegotiation();
    Utf8Console.speakUtf8();
    if (Commands.include(args)) {
      end(command(args));
    } else {
      ExitOnSignal ending = ExitOnSignal.atSignals();
      int code = run(ending, args);
      ending.started();
      // A signal during the start is not a failure.
      end(ending.isSignalled() ? 0 : code);
    }
  }

  private static void end(int code) {
    if (code != 0) {
      Logging.stop();
      System.exit(code);
    }
  }

  /**
   * Rejects renegotiation by clients. In TLS 1.2 they could repeat the handshake without a limit,
   * which costs the server more than them (CVE-2011-1473). Java reads the property once, before the
   * first connection.
   */
  private static void refuseRenegotiation() {
    String property = "jdk.tls.rejectClientInitiatedRenegotiation";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }

  /** Runs a command. Standard output is for its result, so the log goes to standard error. */
  private static int command(String... args) {
    Logging.useStandardError();
    return Commands.run(Main::rights, Main::history, Main::own, args);
  }

  private static HistorySettings history(Optional<String> conf) {
    Settings settings = settings(conf);
    HistorySettings history = HistorySettings.from(settings.section("history"));
    settings.check();
    return history;
  }

  /** The hub of the configuration, as commands on this machine reach it. */
  private static OwnHub own(Optional<String> conf) {
    Settings settings = settings(conf);
    if (!settings.has("http")) {
      throw new SettingsException(
          List.of("The configuration has no section \"http\": name the hub with --url"));
    }
    HttpSettings http = HttpSettings.from(settings.section("http"));
    settings.check();
    if (http.port() == 0) {
      throw new SettingsException(
          List.of(
              "http.port is 0, so the port is unknown: name the hub with --url, as in its log"));
    }
    TlsSettings tls = http.tls();
    String address = ReadyLine.reachable(http.host().get(0)) + ":" + http.port();
    return tls.isOn()
        ? new OwnHub("https://" + address, Optional.of(Path.of(tls.certificate())))
        : new OwnHub("http://" + address, Optional.empty());
  }

  private static Settings settings(Optional<String> conf) {
    return new Settings(ConfigurationFile.read(conf).content(), System.getenv(), properties());
  }

  private static AuthSettings rights(Optional<String> conf) {
    Settings settings = settings(conf);
    AuthSettings auth = AuthSettings.from(settings.section("auth"));
    settings.check();
    return auth;
  }

  private static int run(ExitOnSignal ending, String... read) {
    try {
      String[] args = Utf8Console.arguments(read);
      CommandLineOptions options = CommandLineOptions.parse(args);
      if (options.help()) {
        CommandLineOptions.commandLine().usage(System.out);
        return 0;
      }
      return launch(ending, args, options);
    } catch (SettingsException e) {
      e.faults().forEach(Main::complain);
    } catch (CannotStartException e) {
      complain(e.getMessage());
    } catch (CommandLine.ParameterException e) {
      complain(e.getMessage() + " (-help lists the options)");
    }
    return ExitCodes.USAGE;
  }

  private static int launch(ExitOnSignal ending, String[] args, CommandLineOptions options) {
    ConfigurationFile file = ConfigurationFile.read(options.conf());
    Settings settings = new Settings(file.content(), System.getenv(), properties());
    Configuration configuration = configuration(settings, options);
    Logging.apply(configuration.logging());
    settings
        .unknownVariables()
        .forEach(
            name ->
                log.warn(
                    "The environment variable {} is ignored, because there is no such setting: check its"
                        + " spelling",
                    name));
    settings
        .ignoredSections()
        .forEach(
            name ->
                log.info(
                    "Section {} of {} is ignored: this process does not run it",
                    name,
                    file.name()));
    if (settings.has("cluster") && !options.clustered()) {
      log.warn(
          "This process joins no cluster, although {} has a section \"cluster\": start with"
              + " -cluster, or remove the section",
          file.name());
    }
    if (configuration.isDeaf() && !options.clustered()) {
      log.warn(
          "Nothing can publish to this log or read it: add a section \"http\", or start with"
              + " -cluster");
    }
    RunFolder.make();
    int code = new Launch(args, options, configuration, settings.effective()).launch();
    if (code == ExitCodes.SOFTWARE && !ending.isSignalled()) {
      // The launcher does not report this failure. Others were reported by its hooks.
      complain("-options, -deployment-options or a -Dvertx… property cannot be used");
    }
    return code;
  }

  private static Configuration configuration(Settings settings, CommandLineOptions options) {
    Optional<String> verticle =
        options.verticle().filter(name -> !name.equals(MainVerticle.class.getName()));
    Reach reach = options.clustered() ? Reach.OTHERS : Reach.ALONE;
    return verticle.isPresent()
        ? Configuration.ofOne(settings, verticle.map(VERTICLES::get), reach)
        : Configuration.ofAll(settings, reach);
  }

  private static Map<String, String> properties() {
    Properties properties = System.getProperties();
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  /** Prints an error without the log, which may not be configured yet. */
  private static void complain(@Nullable String fault) {
    System.err.println(fault);
  }
}
