/** Libraries of others that read Server-Sent Events, against the jar. */
package dev.outpour.clients;
