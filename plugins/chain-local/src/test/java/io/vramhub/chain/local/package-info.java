@org.jspecify.annotations.NullMarked
package io.vramhub.chain.local;
