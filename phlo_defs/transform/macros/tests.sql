{# Generic tests that dbt lacks: a key of several columns, and a range. #}

{% test unique_together(model, columns) %}
select {{ columns | join(', ') }}, count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{% test in_range(model, column_name, minimum=none, maximum=none) %}
select *
from {{ model }}
where
    {% if minimum is not none %}{{ column_name }} < {{ minimum }}{% endif %}
    {% if minimum is not none and maximum is not none %}or{% endif %}
    {% if maximum is not none %}{{ column_name }} > {{ maximum }}{% endif %}
{% endtest %}
