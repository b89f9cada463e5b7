"""Where the data folder is and how its servers are reached."""

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from redis import from_url

from aijri_site.embedded.addresses import CHECKOUT, celery_url, data_dir, database_url, redis_url, secret_key


def test_without_a_word_the_data_folder_lies_in_the_checkout() -> None:
    assert data_dir({}) == data_dir({"AIJRI_DATA": ""}) == CHECKOUT / ".data"


def test_a_relative_data_folder_is_taken_from_the_checkout_wherever_one_stands() -> None:
    assert data_dir({"AIJRI_DATA": "../other"}) == CHECKOUT.parent / "other"


def test_an_absolute_data_folder_is_taken_as_given() -> None:
    assert data_dir({"AIJRI_DATA": "/srv/aijri"}) == Path("/srv/aijri")


def test_the_database_url_is_read_by_libpq_whatever_the_folder_is_called() -> None:
    assert conninfo_to_dict(database_url(Path("/srv/a b&c?d%"))) == {
        "user": "aijri",
        "dbname": "aijri",
        "host": "/srv/a b&c?d%/postgres",
        "port": "5432",
    }


def test_the_redis_url_is_read_by_redis_py_whatever_the_folder_is_called() -> None:
    read = from_url(redis_url(Path("/srv/a b&c?d%"))).connection_pool.connection_kwargs
    assert (read["path"], read["db"]) == ("/srv/a b&c?d%/valkey/valkey.sock", 0)


def test_celery_gets_its_own_spelling_of_a_socket() -> None:
    assert celery_url("unix:///srv/valkey.sock?db=3") == "redis+socket:///srv/valkey.sock?virtual_host=3"


def test_celery_gets_any_other_address_as_it_is() -> None:
    assert celery_url("rediss://cache.example.org/1") == "rediss://cache.example.org/1"


def test_a_data_folder_without_a_secret_key_has_an_empty_one(tmp_path: Path) -> None:
    assert secret_key(tmp_path) == ""
