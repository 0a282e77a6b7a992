// The extension module makemore_kernel: each operation takes NumPy arrays as they are.
//
// Names, arguments and meaning are those of the twins in py/makemore/nn/kernel.py. Nothing but
// PyInit_makemore_kernel is visible outside: of two libraries' same names Pyodide takes the first.
#include "arguments.h"
#include "attention.h"
#include "matmul.h"
#include "pointwise.h"
#include "rows.h"

static float *panel;  // PANEL floats, for as long as Python lives

typedef int (*operation)(const call *);

static object *run(const char *name, const char *signature, int required, int total, operation does,
                   object *const *args, int n, object *keywords) {
  call c = {name, signature, {0}};
  if (!bind(&c, required, total, args, n, keywords)) return 0;
  return does(&c) ? none : 0;
}

// An operation's name, how many arguments it needs and takes, and what they are called.
#define OPERATION(name, required, total, signature)                                      \
  static const char doc_##name[] = #name "(" signature ")\n--\n\n";                       \
  static int do_##name(const call *c);                                                    \
  static object *py_##name(object *self, object *const *args, int n, object *keywords) {  \
    (void)self;                                                                           \
    return run(#name, signature, required, total, do_##name, args, n, keywords);          \
  }                                                                                       \
  static int do_##name(const call *c)

#define F(x) ((float *)(x)->data)
#define BIT(i) (1 << (i))

// ---- products

static view view_of(const array *x) {
  // Of a dimension with one element NumPy leaves the stride open.
  const int row = x->dim[0] > 1 ? x->stride[0] / 4 : 0;
  const int column = x->dim[1] > 1 ? x->stride[1] / 4 : 0;
  return (view){x->data, row, column};
}

OPERATION(matmul, 3, 5, "a, b, out, add=0, bias=None") {
  int add = 0;
  if (c->a[3] && !integer(c, 3, &add)) return 0;
  const array *a = floats(c, 0, 2, STRIDED);
  const array *b = a ? floats(c, 1, 2, STRIDED) : 0;
  const array *out = b ? floats(c, 2, 2, WRITE | ROWS) : 0;
  if (!out) return 0;
  const int m = out->dim[0], n = out->dim[1], k = a->dim[1];
  const array *bias = 0;
  if (c->a[4] && c->a[4] != none) {
    bias = floats(c, 4, 1, READ);
    if (!bias || !has_count(c, 4, bias, n)) return 0;
  }
  if (!has_shape(c, 0, a, m, k) || !has_shape(c, 1, b, k, n) || !are_apart(c, BIT(2), 0)) return 0;
  const int row = m > 1 ? out->stride[0] / 4 : 0;
  matmul(m, n, k, view_of(a), view_of(b), F(out), row, add != 0, bias ? F(bias) : 0, panel);
  return 1;
}

OPERATION(colsum, 2, 2, "dy, db") {
  const array *dy = floats(c, 0, 2, ROWS);
  const array *db = dy ? floats(c, 1, 1, WRITE) : 0;
  if (!db || !has_count(c, 1, db, dy->dim[1]) || !are_apart(c, BIT(1), 0)) return 0;
  colsum(dy->dim[0], dy->dim[1], F(dy), dy->dim[0] > 1 ? dy->stride[0] / 4 : 0, F(db));
  return 1;
}

// ---- element by element

// Look at `total` arrays of one size: their elements, or -1.
static int same_size(const call *c, int total, int written, int in_place) {
  for (int i = 0; i < total; i++) {
    const array *x = floats(c, i, ANY, written >> i & 1 ? WRITE : READ);
    if (!x || (i > 0 && !has_count(c, i, x, count((const array *)c->a[0])))) return -1;
  }
  return are_apart(c, written, in_place) ? count((const array *)c->a[0]) : -1;
}
#define A(i) F((const array *)c->a[i])

#define POINTWISE(name, total, signature, written, in_place, ...)   \
  OPERATION(name, total, total, signature) {                        \
    const int n = same_size(c, total, written, in_place);           \
    if (n < 0) return 0;                                            \
    name(n, __VA_ARGS__);                                           \
    return 1;                                                       \
  }
POINTWISE(tanh_fwd, 2, "x, y", BIT(1), BIT(1), A(0), A(1))
POINTWISE(tanh_bwd, 3, "y, dy, dx", BIT(2), BIT(2), A(0), A(1), A(2))
POINTWISE(gelu_fwd, 2, "x, y", BIT(1), BIT(1), A(0), A(1))
POINTWISE(gelu_bwd, 3, "x, dy, dx", BIT(2), BIT(2), A(0), A(1), A(2))
POINTWISE(gru_gates_fwd, 4, "z, r, h, rh", BIT(0) | BIT(1) | BIT(3), BIT(3), A(0), A(1), A(2), A(3))
POINTWISE(gru_mix_fwd, 4, "c, z, h, out", BIT(0) | BIT(3), BIT(3), A(0), A(1), A(2), A(3))
POINTWISE(gru_mix_bwd, 6, "c, z, h, dh, dc, dz", BIT(3) | BIT(4) | BIT(5), 0, A(0), A(1), A(2),
          A(3), A(4), A(5))
POINTWISE(gru_gates_bwd, 5, "r, h, drh, dr, dh", BIT(3) | BIT(4), 0, A(0), A(1), A(2), A(3), A(4))

OPERATION(adamw, 11, 11, "p, g, m, v, lr, beta1, beta2, eps, decay, correction1, correction2") {
  double s[11];
  for (int i = 4; i < 11; i++)
    if (!number(c, i, s + i)) return 0;
  const int n = same_size(c, 4, BIT(0) | BIT(1) | BIT(2) | BIT(3), 0);
  if (n < 0) return 0;
  adamw(n, A(0), A(1), A(2), A(3), s[4], s[5], s[6], s[7], s[8], s[9], s[10]);
  return 1;
}

// ---- rows

// Look at argument i: float32, (m, n) or (n,).
static int matrix(const call *c, int i, int m, int n, int access) {
  const array *x = floats(c, i, 2, access);
  return x && has_shape(c, i, x, m, n);
}
static int vector(const call *c, int i, int n, int access) {
  const array *x = floats(c, i, 1, access);
  return x && has_count(c, i, x, n);
}

OPERATION(layernorm_fwd, 6, 6, "x, gain, bias, y, xhat, rstd") {
  const array *x = floats(c, 0, 2, READ);
  if (!x) return 0;
  const int m = x->dim[0], n = x->dim[1];
  if (!vector(c, 1, n, READ) || !vector(c, 2, n, READ) || !matrix(c, 3, m, n, WRITE) ||
      !matrix(c, 4, m, n, WRITE) || !vector(c, 5, m, WRITE) ||
      !are_apart(c, BIT(3) | BIT(4) | BIT(5), BIT(3) | BIT(4)))
    return 0;
  layernorm_fwd(m, n, A(0), A(1), A(2), A(3), A(4), A(5));
  return 1;
}

OPERATION(layernorm_bwd, 7, 7, "dy, xhat, rstd, gain, dx, dgain, dbias") {
  const array *dy = floats(c, 0, 2, READ);
  if (!dy) return 0;
  const int m = dy->dim[0], n = dy->dim[1];
  if (!matrix(c, 1, m, n, READ) || !vector(c, 2, m, READ) || !vector(c, 3, n, READ) ||
      !matrix(c, 4, m, n, WRITE) || !vector(c, 5, n, WRITE) || !vector(c, 6, n, WRITE) ||
      !are_apart(c, BIT(4) | BIT(5) | BIT(6), 0))
    return 0;
  layernorm_bwd(m, n, A(0), A(1), A(2), A(3), A(4), A(5), A(6));
  return 1;
}

OPERATION(softmax_xent, 4, 4, "z, target, scale, loss") {
  double scale;
  if (!number(c, 2, &scale)) return 0;
  const array *z = floats(c, 0, 2, WRITE);
  const array *target = z ? ints(c, 1, 1) : 0;
  if (!target) return 0;
  const int m = z->dim[0], n = z->dim[1];
  if (!has_count(c, 1, target, m) || !vector(c, 3, m, WRITE) ||
      !are_apart(c, BIT(0) | BIT(3), 0) || !indices(c, 1, target, -1, n))
    return 0;
  softmax_xent(m, n, F(z), target->data, (float)scale, A(3));
  return 1;
}

// Look at ids, which name rows of the table at `table`, and at as many rows at `rows`: whatever
// their shapes are, ids say the order.
static int embedding(const call *c, int ids_at, int rows, int table, int written) {
  const array *ids = ints(c, ids_at, ANY);
  const array *x = ids ? floats(c, rows, ANY, written == rows ? WRITE : READ) : 0;
  const array *t = x ? floats(c, table, 2, written == table ? WRITE : READ) : 0;
  return t && has_count(c, rows, x, (int64_t)count(ids) * t->dim[1]) &&
         are_apart(c, BIT(written), 0) && indices(c, ids_at, ids, 0, t->dim[0]);
}

OPERATION(embedding_fwd, 3, 3, "ids, table, out") {
  if (!embedding(c, 0, 2, 1, 2)) return 0;
  const array *ids = (const array *)c->a[0], *table = (const array *)c->a[1];
  embedding_fwd(count(ids), table->dim[1], ids->data, F(table), A(2));
  return 1;
}

OPERATION(embedding_bwd, 3, 3, "ids, dx, dtable") {
  if (!embedding(c, 0, 1, 2, 2)) return 0;
  const array *ids = (const array *)c->a[0], *dtable = (const array *)c->a[2];
  embedding_bwd(count(ids), dtable->dim[1], ids->data, A(1), F(dtable));
  return 1;
}

// ---- along packed sequences

typedef struct {
  int n, C, B, heads, longest;
  const int32_t *offsets;
} packing;

// Look at the offsets, argument 1: they rise from 0 to n, the number of rows.
static int packed(const call *c, packing *of) {
  const array *offsets = ints(c, 1, 1);
  if (!offsets) return 0;
  const int32_t *at = of->offsets = offsets->data;
  of->B = offsets->dim[0] - 1;
  of->longest = 0;
  if (of->B < 0 || at[0] != 0 || at[of->B] != of->n)
    return wrong(c, 1, "must be from 0 to the number of rows");
  for (int b = 0; b < of->B; b++) {
    if (at[b + 1] < at[b] || at[b + 1] > of->n) return wrong(c, 1, "must not fall");
    if (at[b + 1] - at[b] > of->longest) of->longest = at[b + 1] - at[b];
  }
  return 1;
}

static int running_mean(const call *c, packing *of, int in_place) {
  const array *x = floats(c, 0, 2, READ);
  if (!x) return 0;
  of->n = x->dim[0];
  of->C = x->dim[1];
  return packed(c, of) && matrix(c, 2, of->n, of->C, WRITE) && are_apart(c, BIT(2), in_place);
}

OPERATION(running_mean_fwd, 3, 3, "x, offsets, y") {
  packing of;
  if (!running_mean(c, &of, BIT(2))) return 0;
  running_mean_fwd(of.B, of.C, A(0), of.offsets, A(2));
  return 1;
}

OPERATION(running_mean_bwd, 3, 3, "dy, offsets, dx") {
  packing of;
  if (!running_mean(c, &of, 0)) return 0;
  running_mean_bwd(of.B, of.C, A(0), of.offsets, A(2));
  return 1;
}

// Look at what both operations are given; `out` is written.
static int attention(const call *c, packing *of, int out) {
  if (!integer(c, 2, &of->heads)) return 0;
  const array *qkv = floats(c, 0, 2, READ);
  const array *att = qkv ? floats(c, 3, 1, out == 3 ? WRITE : READ) : 0;
  if (!att) return 0;
  of->n = qkv->dim[0];
  of->C = qkv->dim[1] / 3;
  if (of->heads < 1 || of->C % of->heads) return wrong(c, 2, "must divide C");
  if (of->C * 3 != qkv->dim[1]) return wrong(c, 0, "must have 3C columns");
  if (!packed(c, of)) return 0;
  int64_t cells = 0;
  for (int b = 0; b < of->B; b++) {
    const int64_t len = of->offsets[b + 1] - of->offsets[b];
    cells += len * len * of->heads;
    if (cells > count(att)) return wrong(c, 3, "is too small");
  }
  return 1;
}

OPERATION(attention_fwd, 5, 5, "qkv, offsets, heads, att, y") {
  packing of;
  if (!attention(c, &of, 3) || !matrix(c, 4, of.n, of.C, WRITE) ||
      !are_apart(c, BIT(3) | BIT(4), 0))
    return 0;
  attention_fwd(of.B, of.C, of.heads, A(0), of.offsets, A(3), A(4));
  return 1;
}

OPERATION(attention_bwd, 6, 6, "qkv, offsets, heads, att, dy, dqkv") {
  packing of;
  if (!attention(c, &of, 5) || !matrix(c, 4, of.n, of.C, READ) ||
      !matrix(c, 5, of.n, 3 * of.C, WRITE) || !are_apart(c, BIT(5), 0))
    return 0;
  float *dp = of.longest <= PANEL ? panel : PyMem_Malloc(of.longest * sizeof(float));
  if (!dp) return PyErr_NoMemory(), 0;
  attention_bwd(of.n, of.B, of.C, of.heads, A(0), of.offsets, A(3), A(4), A(5), dp);
  if (dp != panel) PyMem_Free(dp);
  return 1;
}

// ---- the module

#define M(name) {#name, py_##name, FASTCALL_KEYWORDS, doc_##name}
static method methods[] = {
    M(matmul),             M(colsum),             M(tanh_fwd),
    M(tanh_bwd),           M(gelu_fwd),           M(gelu_bwd),
    M(layernorm_fwd),      M(layernorm_bwd),      M(softmax_xent),
    M(attention_fwd),      M(attention_bwd),      M(running_mean_fwd),
    M(running_mean_bwd),   M(embedding_fwd),      M(embedding_bwd),
    M(gru_gates_fwd),      M(gru_mix_fwd),        M(gru_mix_bwd),
    M(gru_gates_bwd),      M(adamw),
    {0, 0, 0, 0},
};
static module_definition definition = {
    .head = {1, 0}, .name = "makemore_kernel", .size = -1, .methods = methods};

static int is_numpy_2(object *numpy) {
  object *version = PyObject_GetAttrString(numpy, "__version__");
  const char *text = version ? PyUnicode_AsUTF8(version) : 0;
  const int is = text && text[0] == '2' && text[1] == '.';
  if (version) Py_DecRef(version);
  return is;
}

// Whether an array of NumPy's is laid out as we read it.
static int is_as_declared(object *numpy) {
  array *x = (array *)PyObject_CallMethod(numpy, "zeros", "(ii)s", 3, 5, "f4");
  if (!x) return 0;
  const int wanted = CONTIGUOUS | ALIGNED | WRITEABLE;
  const int is = x->head.type == ndarray && x->nd == 2 && x->dim[0] == 3 && x->dim[1] == 5 &&
                 x->stride[0] == 20 && x->stride[1] == 4 && (x->flags & wanted) == wanted &&
                 x->dtype->type == FLOAT && x->dtype->byteorder == NATIVE && x->dtype->kind == 'f';
  Py_DecRef(&x->head);
  return is;
}

static object *refuses(const char *why) {
  return PyErr_Format(PyExc_ImportError, "makemore_kernel %s", why);
}

__attribute__((visibility("default"))) object *PyInit_makemore_kernel(void) {
  if (Py_Version >> 16 != 0x030d) return refuses("was made for Python 3.13");
  object *numpy = PyImport_ImportModule("numpy");
  if (!numpy) return 0;
  ndarray = PyObject_GetAttrString(numpy, "ndarray");
  const int fits = ndarray && is_numpy_2(numpy) && is_as_declared(numpy);
  Py_DecRef(numpy);
  if (!fits) return refuses("was made for NumPy 2");
  if (!panel) panel = PyMem_Malloc(PANEL * sizeof(float));
  return panel ? PyModule_Create2(&definition, API_VERSION) : PyErr_NoMemory();
}
