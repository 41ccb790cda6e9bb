{#
    How models become Iceberg tables and views of phlo's catalog. Only DuckDB needs these; other
    engines write Iceberg by themselves. The plugin "phlo" does the writing.
#}

{% macro phlo_store(mode, sql, unique_key=none) %}
    {% do adapter.store_relation('phlo', this, [], '', 'iceberg', {
        'mode': mode,
        'sql': sql,
        'unique_key': unique_key or [],
        'partition_by': config.get('partition_by') or [],
        'on_schema_change': config.get('on_schema_change') or 'ignore',
        'comment': model.description or '',
        'node': model.unique_id,
    }) %}
{% endmacro %}

{% macro phlo_python_result() %}
    {{ return(make_intermediate_relation(this.incorporate(type='table'), '__phlo_python')) }}
{% endmacro %}

{# dbt lets only a materialization itself run a Python model, so two of them begin alike. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {% set select = compiled_code %}
    {% if model.language == 'python' %}
        {% set result = phlo_python_result() %}
        {% do drop_relation_if_exists(result) %}
        {% call statement('python', language='python') %}{{ create_table_as(False, result, compiled_code, 'python') }}{% endcall %}
        {% do adapter.commit() %}
        {% set select = 'select * from ' ~ result %}
    {% elif config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(select) }}
    {% endif %}
    {% do phlo_store('replace', select) %}
    {% if model.language == 'python' %}{% do drop_relation_if_exists(phlo_python_result()) %}{% endif %}
    {% call noop_statement('main', 'REPLACE', 'REPLACE', 0) %}{% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {% set select = compiled_code %}
    {% if model.language == 'python' %}
        {% set result = phlo_python_result() %}
        {% do drop_relation_if_exists(result) %}
        {% call statement('python', language='python') %}{{ create_table_as(False, result, compiled_code, 'python') }}{% endcall %}
        {% do adapter.commit() %}
        {% set select = 'select * from ' ~ result %}
    {% elif config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(select) }}
    {% endif %}
    {% set key = config.get('unique_key') %}
    {% set key = [key] if key is string else key %}
    {% set strategy = config.get('incremental_strategy') or ('merge' if key else 'append') %}
    {% if load_cached_relation(this) is none or should_full_refresh() %}
        {% set mode = 'replace' %}
    {% elif strategy == 'append' %}
        {% set mode = 'append' %}
    {% elif strategy in ('merge', 'delete+insert') and key %}
        {% set mode = 'upsert' %}
    {% else %}
        {{ exceptions.raise_compiler_error("incremental_strategy '" ~ strategy ~ "' is not one that phlo has; use append, or merge with a unique_key") }}
    {% endif %}
    {% do phlo_store(mode, select, key) %}
    {% if model.language == 'python' %}{% do drop_relation_if_exists(phlo_python_result()) %}{% endif %}
    {% call noop_statement('main', mode | upper, mode | upper, 0) %}{% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {% do phlo_store('view', compiled_code) %}
    {% call noop_statement('main', 'VIEW', 'VIEW', 0) %}{% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% materialization seed, adapter='duckdb' %}
    {% set existing = load_cached_relation(this) %}
    {% if existing is not none %}{% do adapter.drop_relation(existing) %}{% endif %}
    {% set result = dbt.materialization_seed_default() %}
    {% do adapter.commit() %}
    {% do phlo_store('replace', 'select * from ' ~ this) %}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{# dbt's own snapshot runs on a local working table; what it changed is then stored by its key. #}
{% materialization snapshot, adapter='duckdb' %}
    {% set existing = load_cached_relation(this) %}
    {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
    {% if existing is not none %}
        {% call statement('phlo_before') %}create or replace temp table phlo_before as select * from {{ existing }}{% endcall %}
        {% do adapter.drop_relation(existing) %}
        {% call statement('phlo_work') %}create table {{ this }} as select * from phlo_before{% endcall %}
        {% do adapter.cache_added(this.incorporate(type='table')) %}
        {% do adapter.commit() %}
    {% endif %}
    {% set result = dbt.materialization_snapshot_default() %}
    {% do phlo_store('snapshot', 'select * from ' ~ this, [columns.dbt_scd_id]) %}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{# dbt's own asks for a relation of type table; what stands for an Iceberg table in DuckDB is a view. #}
{% macro is_incremental() %}
    {% if not execute or not flags.INTROSPECT %}{{ return(False) }}{% endif %}
    {% set relation = load_cached_relation(this) %}
    {{ return(
        relation is not none
        and (relation.type == 'table' or target.type == 'duckdb')
        and model.config.materialized == 'incremental'
        and not should_full_refresh()
    ) }}
{% endmacro %}

{# A model's schema is its namespace, whoever builds it and on which branch. #}
{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}
