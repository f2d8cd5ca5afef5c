package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house, by bytecode and by source: which package may use which, no rings, and how
 * large packages, classes and constructors may become.
 */
class ArchitectureTest {

  private static final Path SOURCES = Path.of("src/main/java/dev/outpour");
  private static final String ROOT = "dev.outpour";

  private static final int MOST_FILES = 20;
  private static final int MOST_LINES = 250;
  private static final int MOST_PARAMETERS = 6;

  /** A package uses packages of the rows below its own, and no others. */
  private static final List<Set<String>> ROWS =
      List.of(
          Set.of(""),
          Set.of("http"),
          Set.of("cli", "http.operate", "http.subscribe", "ingest", "simulator"),
          Set.of(
              "cli.bench",
              "history.memory",
              "history.sqlite",
              "http.delivery",
              "http.health",
              "http.publish"),
          Set.of("history.sqlite.read", "http.interest"),
          Set.of("cli.hub", "history.sqlite.file", "http.request", "http.stream", "log"),
          Set.of("bus", "history.sqlite.keys", "http.connection"),
          Set.of("history.index"),
          Set.of("auth", "cluster", "history", "http.limit"),
          Set.of(
              "history.sqlite.table", "http.response", "json", "logging", "loop", "match", "sse"),
          Set.of("cli.terminal", "update"),
          Set.of("api", "files", "http.socket", "metrics", "settings"));

  /** Rings of classes that stay, each with its reason. */
  private static final Map<String, String> RINGS =
      Map.ofEntries(
          entry(
              "http.delivery.InterestGroup http.delivery.Subscriber",
              "a subscriber is a member of its group, and the group lists those that are live"),
          entry(
              "http.stream.EncodedPage http.stream.PageBuffer",
              "an encoded page is slices of its buffer, which keeps those of single updates"),
          entry("match.Directory match.Edge match.Fork", "the edges and nodes of one tree"),
          entry("update.LogHead update.StartPosition", "a record and the value that it makes"),
          entry("update.Refusal update.RefusedException", "a value and its exception"));

  /**
   * Classes that are longer than others may be: one state or one loop each, read better in one
   * piece.
   */
  private static final Map<String, Integer> LONG =
      Map.ofEntries(
          entry("http/delivery/CatchUp", 349),
          entry("http/delivery/PageDelivery", 323),
          entry("http/delivery/Subscribers", 270),
          entry("http/delivery/Subscriber", 309),
          entry("http/stream/EncodedPage", 261),
          entry("http/stream/PageBuffer", 336),
          entry("http/stream/SocketWriter", 350),
          entry("log/LocalLog", 362));

  /** Classes whose constructors take more than others may. */
  private static final Map<String, Integer> WIDE =
      Map.ofEntries(
          // Records that are one section of the configuration, or all of them.
          entry("Configuration", 8),
          entry("auth.AuthSettings", 11),
          entry("cluster.ClusterSettings", 8),
          entry("history.HistorySettings", 7),
          entry("http.HttpSettings", 15),
          entry("http.limit.LimitSettings", 18),
          // Records that are one row.
          entry("history.sqlite.LogState", 8),
          entry("update.Update", 7));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void contributingListsThePackagesInTheirRows() throws IOException {
    Pattern listed = Pattern.compile("(?m)^\\| (\\d+) \\| (`[^|]+`) \\|");
    Map<Integer, Set<String>> rows = new TreeMap<>();
    listed
        .matcher(Files.readString(Path.of("CONTRIBUTING.md")))
        .results()
        .forEach(
            row -> {
              Set<String> names =
                  rows.computeIfAbsent(Integer.valueOf(row.group(1)), n -> new TreeSet<>());
              for (String name : row.group(2).replace("`", "").split(", ")) {
                names.add(name.equals(ROOT) ? "" : name);
              }
            });

    assertThat(rows.values()).containsExactlyElementsOf(ROWS);
  }

  @Test
  void everyPackageUsesOnlyPackagesBelowIt() {
    Set<String> upward = new TreeSet<>();
    uses()
        .forEach(
            (user, used) -> {
              String from = packageOf(user);
              assertThat(row(from)).as("the row of %s", from).isNotNegative();
              used.stream()
                  .filter(each -> !packageOf(each).equals(from))
                  .filter(each -> row(packageOf(each)) <= row(from))
                  .forEach(each -> upward.add(user + " uses " + each));
            });
    assertThat(upward).isEmpty();
  }

  /** Javadoc alone may need an import that no bytecode shows. */
  @Test
  void everyImportGoesToAPackageBelow() throws IOException {
    Pattern imported =
        Pattern.compile(
            "^import (?:static )?dev\\.outpour\\.([a-z.]*?)\\.?[A-Z]", Pattern.MULTILINE);
    Set<String> upward = new TreeSet<>();
    for (Path file : sources()) {
      String from = SOURCES.relativize(file.getParent()).toString().replace('/', '.');
      imported
          .matcher(Files.readString(file))
          .results()
          .map(each -> each.group(1))
          .filter(to -> !to.equals(from) && row(to) <= row(from))
          .forEach(to -> upward.add(SOURCES.relativize(file) + " imports from " + to));
    }
    assertThat(upward).isEmpty();
  }

  @Test
  void noClassIsNamedInFullToAvoidAnImport() throws IOException {
    Pattern named =
        Pattern.compile(
            "^(?!package |import | *\\*| *//|/\\*\\*).*dev\\.outpour\\.[a-z.]+\\.[A-Z]",
            Pattern.MULTILINE);
    for (Path file : sources()) {
      assertThat(named.matcher(Files.readString(file)).find()).as("%s", file).isFalse();
    }
  }

  @Test
  void noClassesStandInARingButThoseThatAreNamed() {
    assertThat(rings(uses())).containsExactlyInAnyOrderElementsOf(RINGS.keySet());
  }

  @Test
  void aRingThatIsPlantedIsFound() {
    Map<String, Set<String>> uses =
        Map.of("a.A", Set.of("b.B"), "b.B", Set.of("c.C"), "c.C", Set.of("a.A", "d.D"));
    assertThat(rings(uses)).containsExactly("a.A b.B c.C");
  }

  @Test
  void noPackageHasMoreFilesThanAPersonKeepsInMind() throws IOException {
    Map<Path, Long> files =
        sources().stream()
            .filter(file -> !file.endsWith("package-info.java"))
            .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
    assertThat(files.values()).as("%s", files).allMatch(count -> count <= MOST_FILES);
  }

  @Test
  void everyPackageSaysWhatItIsForAndWhatOutsidersMayUse() throws IOException {
    Set<Path> packages =
        sources().stream().map(Path::getParent).collect(Collectors.toCollection(TreeSet::new));
    for (Path each : packages) {
      String said = Files.readString(each.resolve("package-info.java"));
      assertThat(said)
          .as("%s", each)
          .containsPattern("(?s)know")
          .containsPattern(
              "(?s)Internal|internal|[Aa]pplications\\s+(\\*\\s+)?may\\s+(\\*\\s+)?import");
    }
  }

  @Test
  void noClassIsLongerThanOneReads() throws IOException {
    Map<String, Integer> longer = new TreeMap<>();
    for (Path file : sources()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        longer.put(SOURCES.relativize(file).toString().replace(".java", ""), lines);
      }
    }
    longer.forEach(
        (name, lines) ->
            assertThat(lines).as(name).isLessThanOrEqualTo(LONG.getOrDefault(name, MOST_LINES)));
    assertThat(LONG.keySet()).as("named, and not long any more").isSubsetOf(longer.keySet());
  }

  @Test
  void noConstructorTakesMoreThanOneKeepsApart() {
    Map<String, Integer> wide = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      each.getConstructors().stream()
          .mapToInt(constructor -> constructor.getRawParameterTypes().size())
          .max()
          .ifPresent(
              most -> {
                if (most > MOST_PARAMETERS) {
                  wide.put(each.getName().substring(ROOT.length() + 1), most);
                }
              });
    }
    assertThat(wide).containsExactlyInAnyOrderEntriesOf(WIDE);
  }

  /** Which top-level classes each top-level class uses, by their names below the root. */
  private static Map<String, Set<String>> uses() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      String user = outermost(each.getName());
      Set<String> used = uses.computeIfAbsent(user, first -> new TreeSet<>());
      each.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType().getName())
          .filter(name -> name.startsWith(ROOT + "."))
          .map(ArchitectureTest::outermost)
          .filter(name -> !name.equals(user))
          .forEach(used::add);
    }
    return uses;
  }

  private static String outermost(String name) {
    String below = name.substring(ROOT.length() + 1);
    int inner = below.indexOf('$');
    return inner < 0 ? below : below.substring(0, inner);
  }

  private static String packageOf(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(0, dot);
  }

  /** The row of a package, counted from the top; below 0 if it is in none. */
  private static int row(String name) {
    return IntStream.range(0, ROWS.size())
        .filter(row -> ROWS.get(row).contains(name))
        .findFirst()
        .orElse(-1);
  }

  /** The sets of more than one class that can all reach each other, each as one line. */
  private static List<String> rings(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reached = new TreeMap<>();
    uses.keySet().forEach(each -> reached.put(each, reachable(uses, each)));
    return reached.keySet().stream()
        .filter(each -> reached.get(each).contains(each))
        .map(
            each ->
                reached.get(each).stream()
                    .filter(other -> reached.getOrDefault(other, Set.of()).contains(each))
                    .sorted(Comparator.naturalOrder())
                    .collect(Collectors.joining(" ")))
        .distinct()
        .toList();
  }

  private static Set<String> reachable(Map<String, Set<String>> uses, String from) {
    Set<String> reached = new TreeSet<>();
    List<String> open = new ArrayList<>(uses.getOrDefault(from, Set.of()));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (reached.add(next)) {
        open.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return reached;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
