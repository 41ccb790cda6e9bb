{# What every mart of delays measures; rates are of 0 to 1. Late is of the flights that arrived. #}
{% macro delay_measures() %}
        count(*) as flights,
        {{ phlo_sum('case when is_cancelled then 1 else 0 end') }} as cancelled_flights,
        {{ phlo_sum('case when is_diverted then 1 else 0 end') }} as diverted_flights,
        {{ phlo_sum('case when is_late then 1 else 0 end') }} as late_flights,
        {{ phlo_ratio('sum(case when is_cancelled then 1 else 0 end)', 'count(*)') }} as cancelled_rate,
        {{ phlo_ratio('sum(case when is_late then 1 else 0 end)', 'count(arrival_delay_min)') }} as late_rate,
        avg({{ phlo_double('departure_delay_min') }}) as mean_departure_delay_min,
        avg({{ phlo_double('arrival_delay_min') }}) as mean_arrival_delay_min
{%- endmacro %}

{# The same columns by name, from a step that has them. #}
{% macro delay_columns(step) %}
        {{ step }}.flights,
        {{ step }}.cancelled_flights,
        {{ step }}.diverted_flights,
        {{ step }}.late_flights,
        {{ step }}.cancelled_rate,
        {{ step }}.late_rate,
        {{ step }}.mean_departure_delay_min,
        {{ step }}.mean_arrival_delay_min
{%- endmacro %}
