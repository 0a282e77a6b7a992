// Four floats at a time, any number of them, and the elementary functions.
//
// No relaxed SIMD and no fused multiply-add: every processor computes the same bits.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

#define INLINE static inline __attribute__((always_inline))

typedef v128_t v4;

#define ADD wasm_f32x4_add
#define SUB wasm_f32x4_sub
#define MUL wasm_f32x4_mul
#define DIV wasm_f32x4_div
#define SPLAT wasm_f32x4_splat

INLINE v4 load(const float *p) { return wasm_v128_load(p); }
INLINE void store(float *p, v4 x) { wasm_v128_store(p, x); }
INLINE v4 splat_at(const float *p) { return wasm_v128_load32_splat(p); }
INLINE v4 fma(v4 a, v4 b, v4 c) { return ADD(MUL(a, b), c); }

// The first `left` floats at p, then zeros; four if there are more.
INLINE v4 get(const float *p, int left) {
  if (left >= 4) return load(p);
  if (left == 3) return wasm_v128_load32_lane(p + 2, wasm_v128_load64_zero(p), 2);
  if (left == 2) return wasm_v128_load64_zero(p);
  if (left == 1) return wasm_v128_load32_zero(p);
  return SPLAT(0);
}

// Store the first `left` floats of x, or all four.
INLINE void put(float *p, v4 x, int left) {
  if (left >= 4) {
    store(p, x);
    return;
  }
  if (left > 0) wasm_v128_store32_lane(p, x, 0);
  if (left > 1) wasm_v128_store32_lane(p + 1, x, 1);
  if (left > 2) wasm_v128_store32_lane(p + 2, x, 2);
}

// Zero all but the first `left` floats.
INLINE v4 first(v4 x, int left) {
  return wasm_v128_and(x, wasm_i32x4_gt(wasm_i32x4_splat(left), wasm_i32x4_make(0, 1, 2, 3)));
}

// Run the statements for i = 0, 4, 8, … < n, with `left` for get and put: 4, and fewer at the end.
// In the loop it is a constant, and get and put are plain loads and stores.
#define EACH4(i, n, ...)                                  \
  do {                                                    \
    const int end_ = (n);                                 \
    int i = 0;                                            \
    {                                                     \
      enum { left = 4 };                                  \
      for (; i + 4 <= end_; i += 4) { __VA_ARGS__ }       \
    }                                                     \
    const int left = end_ - i;                            \
    if (left > 0) { __VA_ARGS__ }                         \
  } while (0)

INLINE float sum4(v4 x) {
  x = ADD(x, wasm_i32x4_shuffle(x, x, 2, 3, 0, 1));
  x = ADD(x, wasm_i32x4_shuffle(x, x, 1, 0, 3, 2));
  return wasm_f32x4_extract_lane(x, 0);
}
INLINE float max4(v4 x) {
  x = wasm_f32x4_pmax(x, wasm_i32x4_shuffle(x, x, 2, 3, 0, 1));
  x = wasm_f32x4_pmax(x, wasm_i32x4_shuffle(x, x, 1, 0, 3, 2));
  return wasm_f32x4_extract_lane(x, 0);
}

// pmin and pmax give their first argument where it is NaN: a net that diverges must not hide it.
INLINE v4 clamp(v4 x, float low, float high) {
  return wasm_f32x4_pmin(wasm_f32x4_pmax(x, SPLAT(low)), SPLAT(high));
}

// e^x to about an ulp: x = n ln 2 + r, a polynomial in r (Cephes), 2^n by the exponent's bits.
INLINE v4 exp4(v4 x) {
  x = clamp(x, -87.0f, 88.0f);
  const v4 n = wasm_f32x4_nearest(MUL(x, SPLAT(1.44269504f)));
  const v4 r = SUB(SUB(x, MUL(n, SPLAT(0.693359375f))), MUL(n, SPLAT(-2.12194440e-4f)));
  v4 p = SPLAT(1.9875691500e-4f);
  p = fma(p, r, SPLAT(1.3981999507e-3f));
  p = fma(p, r, SPLAT(8.3334519073e-3f));
  p = fma(p, r, SPLAT(4.1665795894e-2f));
  p = fma(p, r, SPLAT(1.6666665459e-1f));
  p = fma(p, r, SPLAT(5.0000001201e-1f));
  p = ADD(fma(MUL(p, r), r, r), SPLAT(1));
  const v4 exponent = wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127));
  return MUL(p, wasm_i32x4_shl(exponent, 23));
}

// tanh to about 3e-7: x p(x²) / q(x²), of the degrees and coefficients that Eigen uses.
INLINE v4 tanh4(v4 x) {
  x = clamp(x, -7.9053111f, 7.9053111f);
  const v4 s = MUL(x, x);
  v4 p = SPLAT(-2.76076847742355e-16f), q = SPLAT(1.19825839466702e-06f);
  p = fma(p, s, SPLAT(2.00018790482477e-13f));
  p = fma(p, s, SPLAT(-8.60467152213735e-11f));
  p = fma(p, s, SPLAT(5.12229709037114e-08f));
  p = fma(p, s, SPLAT(1.48572235717979e-05f));
  p = fma(p, s, SPLAT(6.37261928875436e-04f));
  p = fma(p, s, SPLAT(4.89352455891786e-03f));
  q = fma(q, s, SPLAT(1.18534705686654e-04f));
  q = fma(q, s, SPLAT(2.26843463243900e-03f));
  q = fma(q, s, SPLAT(4.89352518554385e-03f));
  return DIV(MUL(p, x), q);
}
INLINE v4 sigmoid4(v4 x) { return fma(SPLAT(0.5f), tanh4(MUL(x, SPLAT(0.5f))), SPLAT(0.5f)); }

// ln x of x from 1 on (Cephes), or NaN.
INLINE float log1(float x) {
  if (x != x) return x;
  union {
    float f;
    uint32_t bits;
  } m = {x};
  int exponent = (int)(m.bits >> 23) - 126;
  m.bits = (m.bits & 0x007fffffu) | 0x3f000000u;  // the mantissa, from 0.5 to 1
  if (m.f < 0.70710678f) {
    exponent--;
    m.f += m.f;
  }
  const float y = m.f - 1, z = y * y;
  float p = 7.0376836292e-2f;
  p = p * y - 1.1514610310e-1f;
  p = p * y + 1.1676998740e-1f;
  p = p * y - 1.2420140846e-1f;
  p = p * y + 1.4249322787e-1f;
  p = p * y - 1.6668057665e-1f;
  p = p * y + 2.0000714765e-1f;
  p = p * y - 2.4999993993e-1f;
  p = p * y + 3.3333331174e-1f;
  return y + (p * y * z - 0.5f * z) + (float)exponent * 0.69314718f;
}
