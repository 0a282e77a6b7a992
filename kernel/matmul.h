// out (M, N) = or += a (M, K) b (K, N) + bias (N,), in tiles of 4 × 8 that stay in registers.
//
// a and b are given by the elements between their rows and between their columns, so a transpose is
// a swap of the two. b is packed, 8 columns at a time, into a panel (K, 8) that stays in the cache.
#pragma once
#include "simd.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 8, PANEL_DEPTH = 512, PANEL = PANEL_DEPTH * TILE_COLUMNS };

typedef struct {
  const float *at;
  int row, column;  // elements from one to the next
} view;

INLINE view moved(view x, int rows, int columns) {
  x.at += rows * x.row + columns * x.column;
  return x;
}

// Four rows of bᵀ at a time, transposed in registers: 4 columns of the panel.
INLINE void pack_transposed(int k, const float *b, int column, float *panel) {
  for (int p = 0; p < k; p += 4, b += 4, panel += 4 * TILE_COLUMNS)
    for (int h = 0; h < 2; h++) {
      const float *q = b + h * 4 * column;
      float *to = panel + h * 4;
      const v4 r0 = load(q), r1 = load(q + column);
      const v4 r2 = load(q + 2 * column), r3 = load(q + 3 * column);
      const v4 t0 = wasm_i32x4_shuffle(r0, r1, 0, 4, 1, 5);
      const v4 t1 = wasm_i32x4_shuffle(r0, r1, 2, 6, 3, 7);
      const v4 t2 = wasm_i32x4_shuffle(r2, r3, 0, 4, 1, 5);
      const v4 t3 = wasm_i32x4_shuffle(r2, r3, 2, 6, 3, 7);
      store(to, wasm_i64x2_shuffle(t0, t2, 0, 2));
      store(to + TILE_COLUMNS, wasm_i64x2_shuffle(t0, t2, 1, 3));
      store(to + 2 * TILE_COLUMNS, wasm_i64x2_shuffle(t1, t3, 0, 2));
      store(to + 3 * TILE_COLUMNS, wasm_i64x2_shuffle(t1, t3, 1, 3));
    }
}

static void pack(int k, int columns, view b, float *panel) {
  int p = 0;
  if (columns == TILE_COLUMNS && b.column == 1) {
    for (; p < k; p++, b.at += b.row, panel += TILE_COLUMNS) {
      const v4 left = load(b.at), right = load(b.at + 4);
      store(panel, left);
      store(panel + 4, right);
    }
    return;
  }
  if (columns == TILE_COLUMNS && b.row == 1) {
    p = k & ~3;
    pack_transposed(p, b.at, b.column, panel);
    b.at += p;
    panel += p * TILE_COLUMNS;
  }
  for (; p < k; p++, b.at += b.row, panel += TILE_COLUMNS) {
    for (int j = 0; j < columns; j++) panel[j] = b.at[j * b.column];
    for (int j = columns; j < TILE_COLUMNS; j++) panel[j] = 0;
  }
}

// One tile, of up to 4 columns or, if it is wide, of 5 to 8. In the place of a row that is missing
// the last is read again, and not stored.
INLINE void tile(int wide, int k, int rows, int columns, view a, const float *panel, v4 left,
                 v4 right, float *out, int out_row, int add) {
  v4 l[TILE_ROWS], r[TILE_ROWS];
  const float *x[TILE_ROWS];
  for (int i = 0; i < TILE_ROWS; i++) {
    x[i] = a.at + (i < rows ? i : rows - 1) * a.row;
    l[i] = left;
    r[i] = right;
  }
  for (; k > 0; k--, panel += TILE_COLUMNS) {
    const v4 bl = load(panel), br = wide ? load(panel + 4) : bl;
    for (int i = 0; i < TILE_ROWS; i++) {
      const v4 ai = splat_at(x[i]);
      x[i] += a.column;
      l[i] = fma(ai, bl, l[i]);
      if (wide) r[i] = fma(ai, br, r[i]);
    }
  }
  for (int i = 0; i < TILE_ROWS && i < rows; i++, out += out_row) {
    put(out, add ? ADD(get(out, columns), l[i]) : l[i], wide ? 4 : columns);
    if (wide) put(out + 4, add ? ADD(get(out + 4, columns - 4), r[i]) : r[i], columns - 4);
  }
}

// All rows of the columns that one panel holds.
static void strip(int m, int k, int columns, view a, const float *panel, v4 left, v4 right,
                  float *out, int out_row, int add) {
  for (int i = 0; i < m; i += TILE_ROWS, out += TILE_ROWS * out_row) {
    const int rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
    const view from = moved(a, i, 0);
    if (columns == TILE_COLUMNS)
      tile(1, k, rows, TILE_COLUMNS, from, panel, left, right, out, out_row, add);
    else if (columns > 4)
      tile(1, k, rows, columns, from, panel, left, right, out, out_row, add);
    else
      tile(0, k, rows, columns, from, panel, left, right, out, out_row, add);
  }
}

static void matmul(int m, int n, int k, view a, view b, float *out, int out_row, int add,
                   const float *bias, float *panel) {
  do {  // at least once: where K is 0 out is the bias
    const int depth = k < PANEL_DEPTH ? k : PANEL_DEPTH;
    for (int j = 0; j < n; j += TILE_COLUMNS) {
      const int columns = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
      pack(depth, columns, moved(b, 0, j), panel);
      const v4 left = bias ? get(bias + j, columns) : SPLAT(0);
      const v4 right = bias ? get(bias + j + 4, columns - 4) : SPLAT(0);
      strip(m, depth, columns, a, panel, left, right, out + j, out_row, add);
    }
    a = moved(a, 0, depth);
    b = moved(b, depth, 0);
    k -= depth;
    add = 1;
    bias = 0;
  } while (k > 0);
}
