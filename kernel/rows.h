// Row by row: sums, layer norm, softmax and cross-entropy, embedding.
#pragma once
#include "simd.h"

// db (n,) += the column sums of dy (m, n), whose rows are `row` elements apart
static void colsum(int m, int n, const float *dy, int row, float *db) {
  int j = 0;
  for (; j + 16 <= n; j += 16, dy += 16, db += 16) {
    v4 s0 = load(db), s1 = load(db + 4), s2 = load(db + 8), s3 = load(db + 12);
    const float *q = dy;
    for (int i = 0; i < m; i++, q += row) {
      s0 = ADD(s0, load(q));
      s1 = ADD(s1, load(q + 4));
      s2 = ADD(s2, load(q + 8));
      s3 = ADD(s3, load(q + 12));
    }
    store(db, s0);
    store(db + 4, s1);
    store(db + 8, s2);
    store(db + 12, s3);
  }
  EACH4(k, n - j, v4 s = get(db + k, left); const float *q = dy + k;
        for (int i = 0; i < m; i++, q += row) s = ADD(s, get(q, left)); put(db + k, s, left););
}

static void layernorm_fwd(int m, int n, const float *x, const float *gain, const float *bias,
                          float *y, float *xhat, float *rstd) {
  for (int i = 0; i < m; i++, x += n, y += n, xhat += n) {
    v4 sum = SPLAT(0), squares = SPLAT(0);
    EACH4(j, n, sum = ADD(sum, get(x + j, left)););
    const v4 mean = SPLAT(sum4(sum) / n);
    EACH4(j, n, const v4 d = first(SUB(get(x + j, left), mean), left);
          squares = fma(d, d, squares););
    rstd[i] = 1 / __builtin_sqrtf(sum4(squares) / n + 1e-5f);
    const v4 r = SPLAT(rstd[i]);
    EACH4(j, n, const v4 h = MUL(SUB(get(x + j, left), mean), r); put(xhat + j, h, left);
          put(y + j, fma(h, get(gain + j, left), get(bias + j, left)), left););
  }
}
static void layernorm_bwd(int m, int n, const float *dy, const float *xhat, const float *rstd,
                          const float *gain, float *dx, float *dgain, float *dbias) {
  for (int i = 0; i < m; i++, dy += n, xhat += n, dx += n) {
    v4 sum = SPLAT(0), along = SPLAT(0);
    EACH4(j, n, const v4 d = get(dy + j, left); const v4 h = get(xhat + j, left);
          const v4 dh = MUL(d, get(gain + j, left));
          put(dbias + j, ADD(get(dbias + j, left), d), left);
          put(dgain + j, fma(d, h, get(dgain + j, left)), left);
          sum = ADD(sum, dh); along = fma(dh, h, along););
    const v4 mean = SPLAT(sum4(sum) / n), slope = SPLAT(sum4(along) / n), r = SPLAT(rstd[i]);
    EACH4(j, n, const v4 dh = MUL(get(dy + j, left), get(gain + j, left));
          const v4 d = SUB(SUB(dh, mean), MUL(get(xhat + j, left), slope));
          put(dx + j, fma(r, d, get(dx + j, left)), left););
  }
}

// p (n,) becomes e^(p - max p), not yet divided by the sum, which is returned.
INLINE float exps(int n, float *p, float *max) {
  v4 top = SPLAT(p[0]);
  int j = 0;
  for (; j + 4 <= n; j += 4) top = wasm_f32x4_pmax(top, load(p + j));
  for (; j < n; j++) top = wasm_f32x4_pmax(top, SPLAT(p[j]));
  *max = max4(top);
  top = SPLAT(*max);
  v4 sum = SPLAT(0);
  EACH4(i, n, const v4 e = exp4(SUB(get(p + i, left), top)); put(p + i, e, left);
        sum = ADD(sum, first(e, left)););
  return sum4(sum);
}
INLINE void times(int n, float *p, float by) {
  EACH4(i, n, put(p + i, MUL(get(p + i, left), SPLAT(by)), left););
}
INLINE void clear(int n, float *p) {
  EACH4(i, n, put(p + i, SPLAT(0), left););
}

// Targets are below n, and a row that one of -1 leaves out is 0.
static void softmax_xent(int m, int n, float *z, const int32_t *target, float scale, float *loss) {
  for (int i = 0; i < m; i++, z += n) {
    if (target[i] < 0) {
      clear(n, z);
      loss[i] = 0;
      continue;
    }
    const float at_target = z[target[i]];
    float max;
    const float sum = exps(n, z, &max);
    loss[i] = log1(sum) - (at_target - max);
    times(n, z, scale / sum);
    z[target[i]] -= scale;
  }
}

static void embedding_fwd(int m, int n, const int32_t *id, const float *table, float *out) {
  for (int i = 0; i < m; i++, out += n) {
    const float *row = table + id[i] * n;
    EACH4(j, n, put(out + j, get(row + j, left), left););
  }
}
static void embedding_bwd(int m, int n, const int32_t *id, const float *dx, float *dtable) {
  for (int i = 0; i < m; i++, dx += n) {
    float *row = dtable + id[i] * n;
    EACH4(j, n, put(row + j, ADD(get(row + j, left), get(dx + j, left)), left););
  }
}
