package dev.outpour.http.limit;

import dev.outpour.metrics.Metrics;

/**
 * What limits the clients of one event loop. For use on that loop.
 *
 * @param limits the quotas, shared by all event loops
 * @param addresses finds the address that a request counts for
 * @param metrics counts what was rejected
 */
public record ClientLimits(Limits limits, ClientAddresses addresses, Metrics metrics) {}
