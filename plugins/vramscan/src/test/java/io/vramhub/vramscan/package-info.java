@org.jspecify.annotations.NullMarked
package io.vramhub.vramscan;
