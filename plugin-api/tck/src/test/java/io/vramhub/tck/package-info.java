/** Every contract is tried on a service that keeps it and on services that break it. */
package io.vramhub.tck;
