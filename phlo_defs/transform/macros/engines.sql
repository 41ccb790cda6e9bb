{#
    One meaning on every engine. dbt-duckdb's safe_cast raises, its float has 32 bits, and sum() of
    integers is a HUGEINT, which Iceberg does not have; Trino divides integers and truncates.
#}

{% macro duckdb__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
{% macro duckdb__type_float() %}double{% endmacro %}
{% macro duckdb__type_string() %}varchar{% endmacro %}
{% macro trino__type_timestamp() %}timestamp(6){% endmacro %}
{% macro trino__current_timestamp() %}current_timestamp(6){% endmacro %}

{% macro phlo_double(value) %}cast({{ value }} as double){% endmacro %}

{% macro phlo_sum(value) %}cast(sum({{ value }}) as bigint){% endmacro %}

{% macro phlo_ratio(part, whole) %}cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0){% endmacro %}

{% macro phlo_date(year, month, day) %}{{ return(adapter.dispatch('phlo_date')(year, month, day)) }}{% endmacro %}
{% macro default__phlo_date(year, month, day) -%}
    date_add('day', {{ day }} - 1, date_add('month', {{ month }} - 1, date_add('year', {{ year }} - 1970, date '1970-01-01')))
{%- endmacro %}
{% macro duckdb__phlo_date(year, month, day) %}make_date({{ year }}, {{ month }}, {{ day }}){% endmacro %}

{# The layout of an Iceberg table: write {{ config(**phlo_layout(partition_by=['month(flight_date)'])) }}. #}
{% macro phlo_layout(partition_by=[]) %}
    {% if target.type == 'trino' %}
        {% set fields = [] %}
        {% for field in partition_by %}{% do fields.append("'" ~ field ~ "'") %}{% endfor %}
        {{ return({'on_table_exists': 'replace', 'properties': {'format': "'PARQUET'", 'partitioning': 'ARRAY[' ~ fields | join(', ') ~ ']'}}) }}
    {% endif %}
    {{ return({'partition_by': partition_by}) }}
{% endmacro %}
