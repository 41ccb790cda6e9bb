import subprocess
import sys

GOOD = 'import phlo\n\n@phlo.ingestion(table="raw.{0}")\ndef {0}():\n    return []\n'


def tables(declarations):
    return [spec.table for spec in declarations.ingestions]


def test_every_file_below_the_folder_is_loaded(declare):
    found = declare(a=GOOD.format("a"), domain__b=GOOD.format("b"), deep__er__c=GOOD.format("c"))

    assert tables(found) == ["raw.a", "raw.c", "raw.b"]
    assert found.errors == ()
    assert found.ingestion("raw.b").line == 3


def test_a_broken_file_shows_as_an_error_and_the_others_load(declare):
    found = declare(
        a=GOOD.format("a"),
        syntax="def x(:\n",
        zero=GOOD.format("zero") + "\n1 / 0\n",
        missing="import not_there\n",
        leaves="import sys\nsys.exit(3)\n",
        mistake='import phlo\n\nphlo.ingestion(table="raw.x", write="upsert")\n',
        keyword='import phlo\n\nphlo.ingestion(tabel="raw.x")\n',
        secret='import phlo\n\nphlo.secret("NOT_SET")\n',
    )

    assert tables(found) == ["raw.a"]
    errors = {error.file.rsplit("/", 1)[1]: error for error in found.errors}
    assert {name: error.line for name, error in errors.items()} == {
        "syntax.py": 1,
        "zero.py": 7,
        "missing.py": 1,
        "leaves.py": 2,
        "mistake.py": 3,
        "keyword.py": 3,
        "secret.py": 3,
    }
    assert all(error.problem and error.fix for error in found.errors)
    assert "not_there" in errors["missing.py"].fix
    assert errors["keyword.py"].fix == "use 'table'"
    assert "ZeroDivisionError" in errors["zero.py"].detail


def test_one_table_declared_twice_names_both_places(declare):
    found = declare(a=GOOD.format("t"), b="\n\n" + GOOD.format("t"))

    (error,) = found.errors
    assert tables(found) == ["raw.t"]
    assert error.file.endswith("b.py")
    assert error.line == 5
    assert "a.py:3" in error.problem


def test_one_check_declared_twice_names_both_places(declare):
    check = 'phlo.quality("raw.t", phlo.not_null("x"))\n'
    rule = 'phlo.ingestion(table="raw.t", checks=[phlo.not_null("x")])(lambda: [])\n'
    found = declare(a="import phlo\n" + rule, b="import phlo\n" + check)

    (error,) = found.errors
    assert "'raw.t.not_null_x' is declared twice" in error.problem
    assert found.checks == ()


def test_a_loop_declares_many_tables(declare):
    found = declare(
        a="import phlo\nfor name in ('x', 'y'):\n"
        "    phlo.ingestion(table=f'raw.{name}')(lambda: [])\n"
    )

    assert tables(found) == ["raw.x", "raw.y"]
    assert found.errors == ()


def test_files_import_each_other_and_nothing_is_counted_twice(declare):
    found = declare(
        a="from .z import z\nfrom .domain.helper import NAME\n" + GOOD.format("a"),
        z=GOOD.format("z"),
        domain__helper="NAME = 'x'\n",
    )

    assert sorted(tables(found)) == ["raw.a", "raw.z"]
    assert found.errors == ()


def test_a_file_imported_by_a_broken_one_still_counts(declare):
    found = declare(a="from .z import z\n1 / 0\n", z=GOOD.format("z"))

    assert tables(found) == ["raw.z"]
    assert len(found.errors) == 1


def test_a_helper_that_declares_counts_for_the_file_that_calls_it(declare):
    helper = "import phlo\n\ndef table(name):\n    return phlo.ingestion(table=name)(lambda: [])\n"
    found = declare(a="from .helper import table\n\ntable('raw.a')\n", helper=helper)

    assert found.ingestions[0].file.endswith("a.py")
    assert found.ingestions[0].line == 3


def test_loading_again_sees_the_change(declare):
    assert tables(declare(a=GOOD.format("a"))) == ["raw.a"]
    assert tables(declare(a=GOOD.format("bbb"))) == ["raw.bbb"]


def test_the_zone_of_the_project_is_the_default(declare):
    text = (
        "import phlo\n"
        "days = phlo.daily('d', start='2020-01-01')\n"
        "phlo.ingestion(table='raw.a', partition=days)(lambda: [])\n"
    )

    found = declare(timezone="Asia/Tokyo", a=text)

    assert found.ingestions[0].partition.tz == "Asia/Tokyo"


def test_a_missing_folder_is_an_error_and_no_crash(declare, tmp_path):
    found = declare()

    (error,) = found.errors
    assert str(tmp_path / "defs") in error.problem


def test_an_odd_file_name_is_loaded(declare):
    assert tables(declare(**{"my-flights 2": GOOD.format("odd")})) == ["raw.odd"]


def test_declarations_need_no_engine(tmp_path):
    code = (
        "import sys, phlo\n"
        "phlo.ingestion(table='raw.a', checks=[phlo.not_null('x')])(lambda: phlo.csv('a.csv'))\n"
        "phlo.quality('raw.a', name='check')(lambda lake: True)\n"
        "heavy = {'dagster', 'duckdb', 'polars', 'pyarrow', 'pyiceberg', 'sqlglot', 'dlt'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
