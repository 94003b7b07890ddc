"""The data package against the files, by the library that defines the standard."""

import csv
import hashlib
import json

import frictionless
import pytest

import rescat
from rescat.data.contract import DATA, resources

PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
PUBLIC = PACKAGE["resources"]
names = pytest.mark.parametrize("resource", PUBLIC, ids=lambda r: r["name"])


@pytest.fixture(scope="module")
def report():
    return frictionless.Package(DATA / "datapackage.json").validate()


@pytest.mark.slow
def test_frictionless_finds_no_fault(report):
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert len(report.tasks) == len(PUBLIC)


@names
def test_checksums(resource):
    content = (DATA / resource["path"]).read_bytes()
    assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest(), (
        "the table has changed: run `make checksums` and commit"
    )
    assert resource["bytes"] == len(content)


@names
def test_columns_stand_in_the_order_described(resource):
    with open(DATA / resource["path"], encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == [f["name"] for f in resource["schema"]["fields"]]


@names
def test_every_column_is_explained(resource):
    assert resource["licenses"]
    assert resource["sources"]
    for field in resource["schema"]["fields"]:
        assert field["description"].strip()


def test_every_table_is_described():
    files = {
        p.relative_to(DATA).as_posix() for p in DATA.glob("*/**/*.csv") if "private" not in p.parts
    }
    optional = {r["path"] for r in PACKAGE["rescat:optional"]}
    assert files - optional == {r["path"] for r in PUBLIC}


def test_numbers_of_patients_have_a_place_and_a_unit():
    unitless = {
        f["name"]
        for f in PUBLIC[0]["schema"]["fields"]
        if f["type"] == "number" and "unit" not in f
    }
    assert unitless == set()
    placeless = {f["name"] for f in PUBLIC[0]["schema"]["fields"] if "place" not in f}
    assert placeless == set()


def test_dictionary_has_every_column():
    for name, resource in resources().items():
        fields = ("fields", "rescat:optionalFields")
        known = [field["name"] for kind in fields for field in resource["schema"].get(kind, [])]
        assert rescat.data_dictionary(name)["column"].tolist() == known


def test_an_unknown_table_is_named():
    with pytest.raises(KeyError, match="there are biomarkers"):
        rescat.describe("patient")
