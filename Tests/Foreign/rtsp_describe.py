"""Asks an RTSP server for OPTIONS and DESCRIBE with libcurl, a client that is not ours.

usage: rtsp_describe.py URL USER PASSWORD
Prints one JSON object: what OPTIONS and DESCRIBE were answered with, and the description.
Exit 77 where libcurl is absent or speaks no RTSP.
"""

import ctypes
import ctypes.util
import json
import sys

# From curl/curl.h; the numbers are part of libcurl's ABI.
URL, USERPWD, WRITEFUNCTION, HTTPAUTH, TIMEOUT_MS = 10002, 10005, 20011, 107, 155
RTSP_REQUEST, RTSP_STREAM_URI, NOSIGNAL = 189, 10191, 99
OPTIONS, DESCRIBE, DIGEST = 1, 2, 2
RESPONSE_CODE = 0x200002

name = ctypes.util.find_library("curl") or "libcurl.so.4"
try:
    curl = ctypes.CDLL(name)
except OSError:
    sys.exit(77)
curl.curl_easy_init.restype = ctypes.c_void_p
curl.curl_easy_strerror.restype = ctypes.c_char_p

WRITE = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)
body = bytearray()


@WRITE
def write(data, size, count, _):
    body.extend(data[: size * count])
    return size * count


handle = ctypes.c_void_p(curl.curl_easy_init())
url, user, password = (text.encode() for text in sys.argv[1:4])


def option(number, value):
    code = curl.curl_easy_setopt(handle, ctypes.c_int(number), value)
    if code == 48 or code == 4:
        sys.exit(77)
    assert code == 0, (number, code)


def ask(request):
    option(RTSP_REQUEST, ctypes.c_long(request))
    body.clear()
    code = curl.curl_easy_perform(handle)
    status = ctypes.c_long()
    curl.curl_easy_getinfo(handle, ctypes.c_int(RESPONSE_CODE), ctypes.byref(status))
    return {"error": code and curl.curl_easy_strerror(code).decode(), "status": status.value, "body": body.decode()}


option(URL, ctypes.c_char_p(url))
option(RTSP_STREAM_URI, ctypes.c_char_p(url))
option(USERPWD, ctypes.c_char_p(user + b":" + password))
option(HTTPAUTH, ctypes.c_ulong(DIGEST))
option(WRITEFUNCTION, write)
option(TIMEOUT_MS, ctypes.c_long(20000))
option(NOSIGNAL, ctypes.c_long(1))
print(json.dumps({"options": ask(OPTIONS), "describe": ask(DESCRIBE)}))
