package dev.outpour.http.limit;

import dev.outpour.settings.Section;
import dev.outpour.update.SegmentLimit;
import java.util.List;

/**
 * The settings of the section {@code limits}. Limits per address and per name do not apply to the
 * loopback, unless {@code loopback} is true.
 *
 * @param connections how many connections may be open, 0 to 1,000,000; 0, the default: as many as
 *     the process may open files, less a reserve; never more
 * @param connectionsPerAddress how many connections one address may have, 0 to 1,000,000, 0 without
 *     limit; default 2,000. An IPv6 /64 counts as one address
 * @param streamsPerAddress how many streams one address may have, 0 to 1,000,000, 0 without limit;
 *     default 1,000
 * @param streamsPerIdentity how many streams one name may have, at all addresses together, 0 to
 *     1,000,000, 0 without limit; default 1,000. The name is that of a token or API key
 * @param topicsPerRead how many topics and patterns a subscriber may name, 1 to 1,024; default 128
 * @param patternsPerRead how many patterns a subscriber may name, 1 to 128; default 16
 * @param segmentsPerTopic how many segments the topic of an update may have
 * @param publishesPerSecond how many updates a publisher may send a second, 0 to 1,000,000, 0
 *     without limit; default 100. A publisher is the name of a token or API key, or else an address
 * @param lineKilobytes how long the first line of a request may be, in units of 1024 bytes, 1 to
 *     64; default 8
 * @param headerKilobytes how large the headers of a request may be, in units of 1024 bytes, 1 to
 *     256; default 16
 * @param headSeconds how long the head of a request may take to arrive, 1 to 3600; default 10
 * @param bodySeconds how long the body of a request may take to arrive, plus one second for each
 *     1,000 bytes, 1 to 3600; default 10
 * @param idleSeconds how long a connection may wait for its next request, 1 to 3600; default 60
 * @param heapPercent heap usage after a garbage collection above which new subscribers and updates
 *     are rejected, 50 to 100; 100: never; default 85
 * @param directPercent the same for memory outside the heap; default 85
 * @param memoryExitSeconds after how many seconds without a delivery or an accepted update, while
 *     memory is short, the process ends, 0 to 86,400; 0, the default: never
 * @param proxies addresses, or networks such as {@code 10.0.0.0/8}, of proxies whose headers name
 *     the client; default none
 * @param loopback whether limits per address and per name apply to the loopback, too; default false
 */
public record LimitSettings(
    int connections,
    int connectionsPerAddress,
    int streamsPerAddress,
    int streamsPerIdentity,
    int topicsPerRead,
    int patternsPerRead,
    SegmentLimit segmentsPerTopic,
    int publishesPerSecond,
    int lineKilobytes,
    int headerKilobytes,
    int headSeconds,
    int bodySeconds,
    int idleSeconds,
    int heapPercent,
    int directPercent,
    int memoryExitSeconds,
    List<String> proxies,
    boolean loopback) {

  private static final int MAX = 1_000_000;

  public static LimitSettings from(Section section) {
    return new LimitSettings(
        section.integer("connections", 0, 0, MAX),
        section.integer("connectionsPerAddress", 2_000, 0, MAX),
        section.integer("streamsPerAddress", 1_000, 0, MAX),
        section.integer("streamsPerIdentity", 1_000, 0, MAX),
        section.integer("topicsPerRead", 128, 1, 1_024),
        section.integer("patternsPerRead", 16, 1, 128),
        SegmentLimit.from(section),
        section.integer("publishesPerSecond", 100, 0, MAX),
        section.integer("lineKilobytes", 8, 1, 64),
        section.integer("headerKilobytes", 16, 1, 256),
        section.integer("headSeconds", 10, 1, 3600),
        section.integer("bodySeconds", 10, 1, 3600),
        section.integer("idleSeconds", 60, 1, 3600),
        section.integer("heapPercent", 85, 50, 100),
        section.integer("directPercent", 85, 50, 100),
        section.integer("memoryExitSeconds", 0, 0, 86_400),
        section.texts("proxies", List.of(), ClientAddresses::checkProxy),
        section.flag("loopback", false));
  }
}
