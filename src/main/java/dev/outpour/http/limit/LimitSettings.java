package dev.outpour.http.limit;

import dev.outpour.settings.Section;
import dev.outpour.update.SegmentLimit;
import java.util.List;

/**
 * What a client may take of this process. What is counted by address or name does not count for the
 * loopback, unless that is asked for.
 *
 * @param connections how many connections at once, 0 to 1,000,000; 0, the default: as many as the
 *     process may open files, less a reserve; never more
 * @param connectionsPerAddress how many of them from one address, 0 to 1,000,000, 0 without limit;
 *     default 2,000. Of IPv6 a /64 counts as one address
 * @param streamsPerAddress how many readers at one address, 0 to 1,000,000, 0 without limit;
 *     default 1,000
 * @param streamsPerIdentity how many readers under one name, wherever they are, 0 to 1,000,000, 0
 *     without limit; default 1,000. A name is what a token or API key says
 * @param topicsPerRead how many topics and patterns a reader may name, 1 to 1,024; default 128
 * @param patternsPerRead how many of them may be patterns, 1 to 128; default 16
 * @param segmentsPerTopic how many segments a topic may have to which an update goes
 * @param publishesPerSecond how many updates a publisher may send a second, 0 to 1,000,000, 0
 *     without limit; default 100. One is whom a token or API key names, else an address
 * @param lineKilobytes how long the first line of a request may be, in units of 1024 bytes, 1 to
 *     64; default 8
 * @param headerKilobytes how much its headers may be in all, in units of 1024 bytes, 1 to 256;
 *     default 16
 * @param headSeconds in which time the head of a request has to arrive, 1 to 3600; default 10
 * @param bodySeconds in which time its body has to arrive, and a second more for each 1,000 bytes
 *     of it, 1 to 3600; default 10
 * @param idleSeconds how long a connection may wait for its next request, 1 to 3600; default 60
 * @param heapPercent from which share of the heap in use, after a collection, nothing new is taken,
 *     50 to 100; 100: never; default 85
 * @param directPercent the same of the memory outside the heap; default 85
 * @param memoryExitSeconds after how many seconds without a delivery or an accepted update, while
 *     memory is short, the process ends, 0 to 86,400; 0, the default: never
 * @param proxies addresses, or networks such as {@code 10.0.0.0/8}, that are believed when they
 *     name the client they ask for; default none
 * @param loopback whether what is counted by address or name counts for the loopback, too; default
 *     false
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

  private static final int MOST = 1_000_000;

  public static LimitSettings from(Section section) {
    return new LimitSettings(
        section.integer("connections", 0, 0, MOST),
        section.integer("connectionsPerAddress", 2_000, 0, MOST),
        section.integer("streamsPerAddress", 1_000, 0, MOST),
        section.integer("streamsPerIdentity", 1_000, 0, MOST),
        section.integer("topicsPerRead", 128, 1, 1_024),
        section.integer("patternsPerRead", 16, 1, 128),
        SegmentLimit.from(section),
        section.integer("publishesPerSecond", 100, 0, MOST),
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
