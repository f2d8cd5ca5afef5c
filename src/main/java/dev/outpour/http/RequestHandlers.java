package dev.outpour.http;

import dev.outpour.http.health.HealthHandler;
import dev.outpour.http.operate.RevokeHandler;
import dev.outpour.http.operate.SubscribersHandler;
import dev.outpour.http.publish.PublishHandler;
import dev.outpour.http.subscribe.SubscribeHandler;

/** The handlers of one event loop, one for each group of endpoints. */
record RequestHandlers(
    SubscribeHandler subscribe,
    PublishHandler publish,
    RevokeHandler revoke,
    SubscribersHandler subscribers,
    HealthHandler health) {}
