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
 * The configuration of one process: a section per verticle that runs in it, and the parts they
 * share.
 *
 * @param http present if readers and publishers connect here
 * @param ingest present if the log is here
 * @param simulator present if updates are made up here
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

  /** The sections that name a verticle. */
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

  /** What else may be in reach of the verticles of a configuration. */
  enum Reach {
    /** Whatever an application deploys beside them, or a cluster has. */
    OTHERS,
    /** Nothing: they are a process of their own, in no cluster. */
    ALONE
  }

  /** Reads a configuration in which every section there is brings up its verticle. */
  static Configuration ofAll(Settings settings) {
    return ofAll(settings, Reach.OTHERS);
  }

  /** Likewise, for verticles with others in their reach or without. */
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
   * Reads a configuration for one verticle; its section may be absent, those of others do not
   * count.
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
    // Read all the same, so that its keys are known: they may be set from outside for another
    // process.
    T value =
        from.apply(
            here ? settings.section(part.section()) : settings.dormantSection(part.section()));
    return here ? Optional.of(value) : Optional.empty();
  }

  /** Whether there is a log here, and no way to it but the event bus. */
  boolean isDeaf() {
    return ingest.isPresent() && http.isEmpty();
  }

  /** What only shows when sections are seen together. */
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
