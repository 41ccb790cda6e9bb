with flights as (
    select * from {{ ref('int_flights_flagged') }}
),

by_hour as (
    select
        scheduled_hour,
        {{ delay_measures() }}
    from flights
    group by scheduled_hour
)

select * from by_hour
