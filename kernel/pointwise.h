// Element by element: activations, a GRU's gates, AdamW. Outputs may be their inputs in place.
#pragma once
#include "simd.h"

static void tanh_fwd(int n, const float *x, float *y) {
  EACH4(i, n, put(y + i, tanh4(get(x + i, left)), left););
}
INLINE v4 tanh_slope(v4 y) { return SUB(SPLAT(1), MUL(y, y)); }
static void tanh_bwd(int n, const float *y, const float *dy, float *dx) {
  EACH4(i, n, put(dx + i, MUL(get(dy + i, left), tanh_slope(get(y + i, left))), left););
}

// x/2 (1 + tanh u), u = √(2/π) (x + 0.044715 x³)
#define GELU 0.7978845608f
#define CUBE 0.044715f
INLINE v4 gelu_tanh(v4 x, v4 square) {
  return tanh4(MUL(SPLAT(GELU), fma(MUL(SPLAT(CUBE), square), x, x)));
}
static void gelu_fwd(int n, const float *in, float *y) {
  EACH4(i, n, const v4 x = get(in + i, left); const v4 t = gelu_tanh(x, MUL(x, x));
        put(y + i, MUL(MUL(SPLAT(0.5f), x), ADD(SPLAT(1), t)), left););
}
INLINE v4 gelu_slope(v4 x) {
  const v4 square = MUL(x, x), t = gelu_tanh(x, square);
  const v4 du = MUL(SPLAT(GELU), fma(SPLAT(3 * CUBE), square, SPLAT(1)));
  return MUL(SPLAT(0.5f), ADD(ADD(SPLAT(1), t), MUL(MUL(x, tanh_slope(t)), du)));
}
static void gelu_bwd(int n, const float *x, const float *dy, float *dx) {
  EACH4(i, n, put(dx + i, MUL(get(dy + i, left), gelu_slope(get(x + i, left))), left););
}

// ---- a GRU: rh = σ(r) h before the last product, (1 - z) h + z tanh(c) after it
INLINE v4 sigmoid_slope(v4 y) { return MUL(y, SUB(SPLAT(1), y)); }
static void gru_gates_fwd(int n, float *z, float *r, const float *h, float *rh) {
  EACH4(i, n, put(z + i, sigmoid4(get(z + i, left)), left);
        const v4 open = sigmoid4(get(r + i, left)); put(r + i, open, left);
        put(rh + i, MUL(open, get(h + i, left)), left););
}
static void gru_mix_fwd(int n, float *c, const float *z, const float *h, float *out) {
  EACH4(i, n, const v4 new = tanh4(get(c + i, left)); const v4 old = get(h + i, left);
        put(c + i, new, left);
        put(out + i, ADD(old, MUL(get(z + i, left), SUB(new, old))), left););
}
static void gru_mix_bwd(int n, const float *c_, const float *z_, const float *h, float *dh,
                        float *dc, float *dz) {
  EACH4(i, n, const v4 c = get(c_ + i, left); const v4 z = get(z_ + i, left);
        const v4 d = get(dh + i, left);
        put(dz + i, MUL(MUL(d, SUB(c, get(h + i, left))), sigmoid_slope(z)), left);
        put(dc + i, MUL(MUL(d, z), tanh_slope(c)), left);
        put(dh + i, MUL(d, SUB(SPLAT(1), z)), left););
}
static void gru_gates_bwd(int n, const float *r_, const float *h, const float *drh, float *dr,
                          float *dh) {
  EACH4(i, n, const v4 r = get(r_ + i, left); const v4 d = get(drh + i, left);
        put(dr + i, MUL(MUL(d, get(h + i, left)), sigmoid_slope(r)), left);
        put(dh + i, ADD(get(dh + i, left), MUL(d, r)), left););
}

// In the order of its twin, so that both give the same bits.
static void adamw(int n, float *p, float *g, float *m, float *v, double lr, double beta1,
                  double beta2, double eps, double decay, double correction1, double correction2) {
  const v4 b1 = SPLAT((float)beta1), a1 = SPLAT((float)(1 - beta1));
  const v4 b2 = SPLAT((float)beta2), a2 = SPLAT((float)(1 - beta2));
  const v4 keep = SPLAT((float)(1 - lr * decay)), rate = SPLAT((float)(lr * correction1));
  const v4 c2 = SPLAT((float)correction2), e = SPLAT((float)eps);
  EACH4(i, n, const v4 gi = get(g + i, left);
        const v4 mi = ADD(MUL(get(m + i, left), b1), MUL(a1, gi));
        const v4 vi = ADD(MUL(get(v + i, left), b2), MUL(a2, MUL(gi, gi)));
        const v4 by = DIV(MUL(rate, mi), ADD(MUL(wasm_f32x4_sqrt(vi), c2), e));
        put(m + i, mi, left); put(v + i, vi, left); put(g + i, SPLAT(0), left);
        put(p + i, SUB(MUL(get(p + i, left), keep), by), left););
}
