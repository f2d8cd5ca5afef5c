package dev.outpour;

import dev.outpour.auth.AuthSettings;
import dev.outpour.cluster.ClusterSettings;
import dev.outpour.history.HistorySettings;
import dev.outpour.http.HttpSettings;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.ingest.IngestSettings;
import dev.outpour.logging.LoggingSettings;
import dev.outpour.settings.Section;
import dev.outpour.settings.Settings;
import dev.outpour.simulator.SimulatorSettings;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The configuration of one process: the sections of its verticles, and the sections that they
 * share.
 *
 * @param http present if this process serves HTTP
 * @param ingest present if this process owns the log
 * @param simulator present if this process simulates a publisher
 */
record Configuration(
    Optional<HttpSettings> http,
    Optional<IngestSettings> ingest,
    Optional<SimulatorSettings> simulator,
    HistorySettings history,
    AuthSettings auth,
    LimitSettings limits,
    ClusterSettings cluster,
    LoggingSettings logging) {

  /** The sections of verticles. */
  enum Part {
    INGEST("ingest"),
    HTTP("http"),
    SIMULATOR("simulator");

    private final String section;

    Part(String section) {
      this.section = section;
    }

    String section() {
      return section;
    }
  }

  /** Which other verticles the verticles of a configuration can reach. */
  enum Reach {
    /** Those that an application deploys, or those in the cluster. */
    OTHERS,
    /** None: they run in a process outside a cluster. */
    ALONE
  }

  /** Reads a configuration in which every section of the file starts its verticle. */
  static Configuration ofAll(Settings settings) {
    return ofAll(settings, Reach.OTHERS);
  }

  /** Likewise, with or without other verticles in reach. */
  static Configuration ofAll(Settings settings, Reach reach) {
    Configuration configuration = read(settings, part -> settings.has(part.section()));
    if (configuration.http.isEmpty()
        && configuration.ingest.isEmpty()
        && configuration.simulator.isEmpty()) {
      settings.fault("nothing to start: add a section \"http\", \"ingest\" or \"simulator\"");
    }
    return configuration.checked(settings, reach);
  }

  /**
   * Reads a configuration for one verticle. Its section may be absent, and those of other verticles
   * are ignored.
   */
  static Configuration ofOne(Settings settings, Optional<Part> chosen, Reach reach) {
    return read(settings, part -> chosen.equals(Optional.of(part))).checked(settings, reach);
  }

  private static Configuration read(Settings settings, Predicate<Part> runs) {
    return new Configuration(
        part(settings, Part.HTTP, runs, HttpSettings::from),
        part(settings, Part.INGEST, runs, IngestSettings::from),
        part(settings, Part.SIMULATOR, runs, SimulatorSettings::from),
        HistorySettings.from(settings.section("history")),
        AuthSettings.from(settings.section("auth")),
        LimitSettings.from(settings.section("limits")),
        ClusterSettings.from(settings.section("cluster")),
        LoggingSettings.from(settings.section("logging")));
  }

  private static <T> Optional<T> part(
      Settings settings, Part part, Predicate<Part> runs, Function<Section, T> from) {
    boolean here = runs.test(part);
    // A section of another process is read, too, so that its keys are known.
    T value =
        from.apply(
            here ? settings.section(part.section()) : settings.dormantSection(part.section()));
    return here ? Optional.of(value) : Optional.empty();
  }

  /** Whether this process owns the log, which only the event bus can reach. */
  boolean isDeaf() {
    return ingest.isPresent() && http.isEmpty();
  }

  /** Checks rules that involve several sections. */
  private Configuration checked(Settings settings, Reach reach) {
    if (http.isPresent()) {
      if (reach == Reach.ALONE && ingest.isEmpty() && http.get().needsLog()) {
        settings.fault(
            "http: there is no log for it to serve: add a section \"ingest\" and start all"
                + " sections, or start with -cluster where another process has the log");
      }
      http.get().checkExposure(settings, auth);
      http.get().checkFiles(settings);
      auth.checkFiles(settings);
    }
    if (ingest.isPresent() && history.keepMegabytes() * 1024L < ingest.get().maxUpdateKilobytes()) {
      settings.fault(
          "history.keepMegabytes: must hold the largest update (ingest.maxUpdateKilobytes)");
    }
    cluster.checkFiles(settings);
    settings.checkAll();
    return this;
  }
}
