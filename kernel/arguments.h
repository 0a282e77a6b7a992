// Checks of what an operation is called with. A wrong call raises, and touches no array.
#pragma once
#include "python.h"

enum { MOST_ARGUMENTS = 11, LONGEST_NAME = 16 };

typedef struct {
  const char *operation, *signature;  // "a, b, out, add=0, bias=None"
  object *a[MOST_ARGUMENTS];          // null where an optional one was not given
} call;

static object *ndarray;  // NumPy's type

// ---- by name

// The i-th name of a signature, or "" past its end; some 100 ns, for errors and keywords alone.
static const char *name_of(const char *signature, int i, char *name) {
  const char *p = signature;
  for (; i > 0 && *p; p++) i -= *p == ',';
  while (*p == ' ') p++;
  int n = 0;
  for (; *p && *p != ',' && *p != '=' && n < LONGEST_NAME - 1; p++) name[n++] = *p;
  name[n] = 0;
  return name;
}
static int equal(const char *x, const char *y) {
  while (*x && *x == *y) x++, y++;
  return *x == *y;
}

static int fails(object *kind, const call *c, int i, const char *what) {
  char name[LONGEST_NAME];
  PyErr_Format(kind, "%s: %s %s", c->operation, name_of(c->signature, i, name), what);
  return 0;
}
static int wrong(const call *c, int i, const char *what) {
  return fails(PyExc_ValueError, c, i, what);
}

static int bind(call *c, int required, int total, object *const *args, int n, object *keywords) {
  if (n > total) {
    PyErr_Format(PyExc_TypeError, "%s takes %d arguments, not %d", c->operation, total, n);
    return 0;
  }
  for (int i = 0; i < total; i++) c->a[i] = i < n ? args[i] : 0;
  const int named = keywords ? PyTuple_Size(keywords) : 0;
  for (int k = 0; k < named; k++) {
    const char *given = PyUnicode_AsUTF8(PyTuple_GetItem(keywords, k));
    if (!given) return 0;
    char name[LONGEST_NAME];
    int i = 0;
    while (i < total && !equal(name_of(c->signature, i, name), given)) i++;
    if (i == total || c->a[i]) {
      PyErr_Format(PyExc_TypeError, i == total ? "%s takes no argument '%s'" : "%s got '%s' twice",
                   c->operation, given);
      return 0;
    }
    c->a[i] = args[n + k];
  }
  for (int i = 0; i < required; i++)
    if (!c->a[i]) return fails(PyExc_TypeError, c, i, "is missing");
  return 1;
}

// ---- numbers; to be read before arrays are looked at, because reading one may run Python code

// Whether -1 was no error. What else the reading of a number may raise is left as it is.
static int was_read(const call *c, int i) {
  if (!PyErr_Occurred()) return 1;
  if (PyErr_ExceptionMatches(PyExc_OverflowError)) return wrong(c, i, "is too large");
  if (PyErr_ExceptionMatches(PyExc_TypeError)) return fails(PyExc_TypeError, c, i, "is no number");
  return 0;
}
static int number(const call *c, int i, double *value) {
  if (c->a[i]->type == ndarray) return fails(PyExc_TypeError, c, i, "is no number");
  *value = PyFloat_AsDouble(c->a[i]);
  return *value != -1 || was_read(c, i);
}
static int integer(const call *c, int i, int *value) {
  int overflow = 0;
  *value = PyLong_AsLongAndOverflow(c->a[i], &overflow);
  if (overflow) return wrong(c, i, "is too large");
  return *value != -1 || was_read(c, i);
}

// ---- arrays

enum { READ = 0, WRITE = 1, ROWS = 2, STRIDED = 4 };  // ROWS: only the rows are contiguous
enum { ANY = -1 };

static const array *typed(const call *c, int i, int is_float, int nd, int access) {
  const array *x = (const array *)c->a[i];
  if (x->head.type != ndarray) {
    fails(PyExc_TypeError, c, i, "must be a NumPy array");
    return 0;
  }
  const int type = x->dtype->type;
  if (x->dtype->byteorder != NATIVE || !(is_float ? type == FLOAT : type == INT || type == LONG)) {
    fails(PyExc_TypeError, c, i, is_float ? "must be float32" : "must be int32");
    return 0;
  }
  if (nd != ANY && x->nd != nd) {
    wrong(c, i, nd == 2 ? "must have two dimensions" : "must have one dimension");
    return 0;
  }
  const char *problem = 0;
  if (!(x->flags & ALIGNED)) problem = "must be aligned";
  if ((access & WRITE) && !(x->flags & WRITEABLE)) problem = "is read-only";
  if (!(access & (ROWS | STRIDED)) && !(x->flags & CONTIGUOUS)) problem = "must be C-contiguous";
  if ((access & ROWS) && x->dim[0] > 0 && x->dim[1] > 1 && x->stride[1] != 4)
    problem = "must have contiguous rows";
  if (problem) {
    wrong(c, i, problem);
    return 0;
  }
  return x;
}
static const array *floats(const call *c, int i, int nd, int access) {
  return typed(c, i, 1, nd, access);
}
static const array *ints(const call *c, int i, int nd) { return typed(c, i, 0, nd, READ); }

// Elements of a contiguous array, which lie in memory and so are below 2³⁰.
static int count(const array *x) {
  int n = 1;
  for (int i = 0; i < x->nd; i++)
    if (x->dim[i] == 0) return 0;
  for (int i = 0; i < x->nd; i++) n *= x->dim[i];
  return n;
}

static int has_count(const call *c, int i, const array *x, int64_t n) {
  return count(x) == n || wrong(c, i, "is of another size");
}
static int has_shape(const call *c, int i, const array *x, int rows, int columns) {
  return (x->dim[0] == rows && x->dim[1] == columns) || wrong(c, i, "is of another shape");
}

static int indices(const call *c, int i, const array *x, int lowest, int end) {
  const int32_t *id = x->data;
  for (int n = count(x), k = 0; k < n; k++)
    if (id[k] < lowest || id[k] >= end) {
      char name[LONGEST_NAME];
      PyErr_Format(PyExc_ValueError, "%s: %s must be from %d to %d, not %d", c->operation,
                   name_of(c->signature, i, name), lowest, end - 1, (int)id[k]);
      return 0;
    }
  return 1;
}

// ---- memory that two arrays share

typedef struct {
  uint32_t start, end;
} extent;

static extent extent_of(const array *x) {
  extent e = {(uint32_t)x->data, (uint32_t)x->data + 4};
  for (int i = 0; i < x->nd; i++) {
    if (x->dim[i] == 0) return (extent){0, 0};
    const uint32_t last = (uint32_t)(x->dim[i] - 1) * (uint32_t)x->stride[i];
    if (x->stride[i] < 0)
      e.start += last;
    else
      e.end += last;
  }
  return e;
}

// Whether x lies between the columns of out, as another part of the same rows does.
static int is_beside(const array *x, const array *out) {
  if (x->nd != 2 || out->nd != 2 || out->stride[0] <= 0) return 0;
  const int row = out->stride[0], long_axis = x->stride[0] == row ? 0 : 1;
  if (x->stride[long_axis] != row || x->stride[1 - long_axis] != 4) return 0;
  const int from = (int)((uint32_t)x->data - (uint32_t)out->data) % row;
  const int at = from < 0 ? from + row : from;
  return at >= 4 * out->dim[1] && at + 4 * x->dim[1 - long_axis] <= row;
}

// Whether `out`, which is written, lies apart from the other arrays: or, where it may be in place,
// is the very same one. `written` has a bit for each argument that is written.
static int is_apart(const call *c, int out, int in_place, int written) {
  const array *o = (const array *)c->a[out];
  const extent e = extent_of(o);
  for (int i = 0; i < MOST_ARGUMENTS; i++) {
    const array *x = (const array *)c->a[i];
    if (i == out || !x || x->head.type != ndarray) continue;
    const extent f = extent_of(x);
    if (e.start >= f.end || f.start >= e.end || is_beside(x, o)) continue;
    const int same = x->data == o->data && e.start == f.start && e.end == f.end;
    if (!(in_place && same && !(written >> i & 1))) return wrong(c, out, "overlaps another array");
  }
  return 1;
}
static int are_apart(const call *c, int written, int in_place) {
  for (int i = 0; i < MOST_ARGUMENTS; i++)
    if ((written >> i & 1) && !is_apart(c, i, in_place >> i & 1, written)) return 0;
  return 1;
}
