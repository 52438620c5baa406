/** Who may open what was sealed, as every key server decides it (protocol section 5). */
@NullMarked
package io.vramhub.protocol.seal;

import org.jspecify.annotations.NullMarked;
