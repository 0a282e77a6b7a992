// What we use of CPython 3.13 and NumPy 2 on wasm32, declared here: their headers are not needed.
//
// The layouts hold for these versions alone; `refuses` looks at the versions, and at an array that
// NumPy made, before anything else is done.
#pragma once
#include <stdint.h>

typedef struct {
  int references;
  void *type;
} object;

typedef struct {  // NumPy's PyArray_Descr, its beginning
  object head;
  void *scalar;
  char kind, letter, byteorder, former_flags;
  int type;
} descr;

typedef struct {  // NumPy's PyArrayObject_fields, its beginning
  object head;
  void *data;
  int nd;
  const int *dim, *stride;  // strides in bytes
  object *base;
  const descr *dtype;
  int flags;
} array;

enum { CONTIGUOUS = 0x1, ALIGNED = 0x100, WRITEABLE = 0x400 };  // of flags
enum { INT = 5, LONG = 7, FLOAT = 11 };                         // of type: both first are int32
#define NATIVE '='

typedef object *(*function)(object *, object *const *, int, object *);
enum { FASTCALL_KEYWORDS = 0x82, API_VERSION = 1013 };
typedef struct {
  const char *name;
  function call;
  int flags;
  const char *doc;
} method;
typedef struct {
  object head;
  void *init;
  int index;
  void *copy;
  const char *name, *doc;
  int size;
  method *methods;
  void *slots, *traverse, *clear, *free;
} module_definition;

extern object _Py_NoneStruct;
extern object *PyExc_ImportError, *PyExc_OverflowError, *PyExc_TypeError, *PyExc_ValueError;
extern const unsigned long Py_Version;

extern object *PyErr_Format(object *, const char *, ...);
extern object *PyErr_NoMemory(void);
extern object *PyErr_Occurred(void);
extern int PyErr_ExceptionMatches(object *);
extern double PyFloat_AsDouble(object *);
extern object *PyImport_ImportModule(const char *);
extern int PyLong_AsLongAndOverflow(object *, int *);
extern void PyMem_Free(void *);
extern void *PyMem_Malloc(unsigned long);
extern object *PyModule_Create2(module_definition *, int);
extern object *PyObject_CallMethod(object *, const char *, const char *, ...);
extern object *PyObject_GetAttrString(object *, const char *);
extern object *PyTuple_GetItem(object *, int);
extern int PyTuple_Size(object *);
extern const char *PyUnicode_AsUTF8(object *);
extern void Py_DecRef(object *);

static object *const none = &_Py_NoneStruct;
