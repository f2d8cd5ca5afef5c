/** Tests of third-party SSE libraries against the jar. */
package dev.outpour.clients;
