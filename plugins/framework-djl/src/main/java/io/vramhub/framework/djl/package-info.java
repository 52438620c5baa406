/**
 * Training on PyTorch through DJL. The decoder and its optimizer are one TorchScript module whose
 * code is generated here, so that a whole inner step is one native call; parameters and moments are
 * flat native segments that PyTorch works on in place.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.framework.djl;
