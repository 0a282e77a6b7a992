// What looks back along packed sequences: rows offsets[b] to offsets[b + 1] are sequence b.
//
// Causal self-attention, and the mean of all rows so far, which is attention that prefers none.
// A row of qkv is q, k and v side by side, (3C,), and each is its heads side by side. att holds
// (len, len) for each sequence and head in turn: P(row attends to column), 0 above the diagonal.
#pragma once
#include "rows.h"

INLINE float dot(int n, const float *a, const float *b) {
  v4 sum = SPLAT(0);
  EACH4(d, n, sum = fma(get(a + d, left), get(b + d, left), sum););
  return sum4(sum);
}
INLINE void add_times(int n, float *out, v4 by, const float *x) {
  EACH4(d, n, put(out + d, fma(by, get(x + d, left), get(out + d, left)), left););
}

static void attend(int len, int C, int size, const float *q, float *att, float *y) {
  const float scale = 1 / __builtin_sqrtf((float)size);
  const float *k = q + C, *v = k + C;
  const int row = 3 * C;
  for (int i = 0; i < len; i++, q += row, att += len, y += C) {
    for (int j = 0; j <= i; j++) att[j] = dot(size, q, k + j * row) * scale;
    float max;
    const float sum = exps(i + 1, att, &max);
    times(i + 1, att, 1 / sum);
    clear(len - i - 1, att + i + 1);
    EACH4(d, size, v4 s = SPLAT(0);
          for (int j = 0; j <= i; j++) s = fma(splat_at(att + j), get(v + j * row + d, left), s);
          put(y + d, s, left););
  }
}
static void attention_fwd(int B, int C, int heads, const float *qkv, const int32_t *offsets,
                          float *att, float *y) {
  const int size = C / heads;
  for (int b = 0; b < B; b++) {
    const int start = offsets[b], len = offsets[b + 1] - start;
    for (int h = 0; h < heads; h++, att += len * len)
      attend(len, C, size, qkv + start * 3 * C + h * size, att, y + start * C + h * size);
  }
}

// dqkv comes as zeros; dp takes a row's gradients, len of them.
static void attend_bwd(int len, int C, int size, const float *q, const float *att, const float *dy,
                       float *dq, float *dp) {
  const float scale = 1 / __builtin_sqrtf((float)size);
  const float *k = q + C, *v = k + C;
  float *dk = dq + C, *dv = dk + C;
  const int row = 3 * C;
  for (int i = 0; i < len; i++, q += row, dq += row, att += len, dy += C) {
    float mean = 0;
    for (int j = 0; j <= i; j++) {
      dp[j] = dot(size, dy, v + j * row);
      mean += dp[j] * att[j];
      add_times(size, dv + j * row, SPLAT(att[j]), dy);
    }
    for (int j = 0; j <= i; j++) {
      const v4 ds = SPLAT(att[j] * (dp[j] - mean) * scale);
      add_times(size, dq, ds, k + j * row);
      add_times(size, dk + j * row, ds, q);
    }
  }
}
static void attention_bwd(int n, int B, int C, int heads, const float *qkv, const int32_t *offsets,
                          const float *att, const float *dy, float *dqkv, float *dp) {
  const int size = C / heads;
  clear(n * 3 * C, dqkv);
  for (int b = 0; b < B; b++) {
    const int start = offsets[b], len = offsets[b + 1] - start;
    for (int h = 0; h < heads; h++, att += len * len) {
      const int at = start * 3 * C + h * size;
      attend_bwd(len, C, size, qkv + at, att, dy + start * C + h * size, dqkv + at, dp);
    }
  }
}

static void running_mean_fwd(int B, int C, const float *x, const int32_t *offsets, float *y) {
  for (int b = 0; b < B; b++) {
    const int start = offsets[b], len = offsets[b + 1] - start;
    const float *from = x + start * C;
    float *to = y + start * C;
    EACH4(d, C, v4 sum = SPLAT(0);
          for (int i = 0; i < len; i++) {
            sum = ADD(sum, get(from + i * C + d, left));
            put(to + i * C + d, DIV(sum, SPLAT((float)(i + 1))), left);
          });
  }
}
static void running_mean_bwd(int B, int C, const float *dy, const int32_t *offsets, float *dx) {
  for (int b = 0; b < B; b++) {
    const int start = offsets[b], len = offsets[b + 1] - start;
    const float *from = dy + start * C;
    float *to = dx + start * C;
    EACH4(d, C, v4 sum = SPLAT(0);
          for (int i = len - 1; i >= 0; i--) {
            sum = ADD(sum, DIV(get(from + i * C + d, left), SPLAT((float)(i + 1))));
            put(to + i * C + d, ADD(get(to + i * C + d, left), sum), left);
          });
  }
}
