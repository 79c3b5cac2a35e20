#!/usr/bin/env python3
"""Compares the compiled .proto files with the tables of ../shared/spec/plugin-protocol.md, and with known encodings."""

import os
import re

from google.protobuf import descriptor_pb2

import api

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TABLES = os.path.join(ROOT, "..", "shared", "spec", "plugin-protocol.md")
# How many there are, entries of maps included.
WANTED = {"messages": 82, "enums": 12, "services": 4}
TYPES = descriptor_pb2.FieldDescriptorProto
SCALARS = {
    TYPES.TYPE_STRING: "string", TYPES.TYPE_BYTES: "bytes", TYPES.TYPE_BOOL: "bool",
    TYPES.TYPE_INT32: "int32", TYPES.TYPE_INT64: "int64", TYPES.TYPE_UINT32: "uint32",
}


def compiled():
    """What the .proto files say: fields by message, values by enum, paths with types by service."""
    found = {"messages": {}, "enums": {}, "services": {}}
    with open(os.path.join(api.PLACE, "all.binpb"), "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    for file in files.file:
        add(found, file.package, file.message_type, file.enum_type)
        for service in file.service:
            name = f"{file.package}.{service.name}"
            found["services"][name] = {
                (f"/{name}/{one.name}", one.input_type[1:], one.output_type[1:], one.client_streaming or one.server_streaming)
                for one in service.method
            }
    return found


def add(found, package, messages, enums):
    for enum in enums:
        found["enums"][f"{package}.{enum.name}"] = {(value.number, value.name) for value in enum.value}
    for message in messages:
        name = f"{package}.{message.name}"
        entries = {one.name: one for one in message.nested_type if one.options.map_entry}
        fields = {(field.number, field.name, *kind(field, entries)) for field in message.field}
        reserved = {(number, "reserved") for part in message.reserved_range for number in range(part.start, part.end)}
        found["messages"][name] = fields | reserved
        add(found, name, message.nested_type, message.enum_type)


def kind(field, entries):
    """The type and cardinality of a field, as the tables write them."""
    if field.proto3_optional or field.HasField("oneof_index"):
        return "optional", ""
    entry = entries.get(field.type_name.split(".")[-1])
    if entry:
        key, value = (plain(one) for one in entry.field)
        return f"map<{key}, {value}>", "map"
    if field.label == TYPES.LABEL_REPEATED:
        return plain(field), "0..n"
    return plain(field), "0..1" if field.type == TYPES.TYPE_MESSAGE else "1"


def plain(field):
    return SCALARS.get(field.type) or field.type_name[1:]


def wanted():
    """What the tables say, in the same form; entries of maps are made from the fields."""
    found = {"messages": {}, "enums": {}, "services": {}}
    name, rows = "", set()
    with open(TABLES, encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            cells = [cell.strip().replace("`", "") for cell in line.split("|")][1:-1]
            if match := re.fullmatch(r"\*\*`([\w.]+)`\*\*", line):
                name, rows = match[1], set()
            elif line.startswith("No fields"):
                found["messages"][name] = rows
            elif match := re.match(r"Reserved \(unused\) numbers: ([\d, ]+)", line):
                rows |= {(int(number), "reserved") for number in match[1].split(",")}
            elif cells[:2] == ["#", "field"]:
                found["messages"][name] = rows
            elif cells[:2] == ["value", "name"]:
                found["enums"][name] = rows
            elif len(cells) == 6 and cells[0].isdigit():
                rows.add((int(cells[0]), *cells[1:4]))
            elif len(cells) == 3 and cells[0].isdigit():
                rows.add((int(cells[0]), cells[1]))
            elif len(cells) == 4 and cells[3] == "unary":
                service = cells[0].split("/")[1]
                found["services"].setdefault(service, set()).add((*cells[:3], False))
    for message, fields in list(found["messages"].items()):
        for _, field, *shape in [one for one in fields if one[-1] == "map"]:
            key, value = shape[0].removeprefix("map<").removesuffix(">").split(", ")
            entry = "".join(part[:1].upper() + part[1:] for part in field.split("_")) + "Entry"
            value_count = "0..1" if "." in value else "1"
            found["messages"][f"{message}.{entry}"] = {(1, "key", key, "1"), (2, "value", value, value_count)}
    return found


def check_tables(checks):
    """Every message, field, enum, value, service and method, their numbers, names and types."""
    if not os.path.exists(TABLES):
        print("  the comparison with the tables is left out: there is no ../shared/spec")
        return
    found, tables = compiled(), wanted()
    for what, count in WANTED.items():
        checks.equal(len(found[what]), count, f"number of {what}")
        checks.equal(sorted(found[what]), sorted(tables[what]), f"names of {what}")
        for name in sorted(set(found[what]) & set(tables[what])):
            checks.equal(sorted(map(str, found[what][name])), sorted(map(str, tables[what][name])), name)


def check_encodings(checks):
    """Known bytes mean these values, and these values give known bytes."""
    for name, value, text in api.encodings():
        data = bytes.fromhex(text)
        checks.equal(value.SerializeToString(deterministic=True).hex(), text, f"{name} is written as {text}")
        checks.that(type(value).FromString(data) == value, f"{text} is read as {name}")


def run(checks, options, directory):
    """Numbers, names and types of all messages, and known encodings."""
    check_tables(checks)
    check_encodings(checks)
